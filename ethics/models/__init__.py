"""What the workbench keeps: cases, the library, risk."""

from ethics.models.cases import CasePerson, CaseShare, CaseStep, EthicsCase
from ethics.models.library import Confirmation, CrisisContact, JurisdictionRule, PolicyReference
from ethics.models.risk import RiskAssessment, RiskFollowUp, SafetyPlan

__all__ = [
    "CasePerson",
    "CaseShare",
    "CaseStep",
    "Confirmation",
    "CrisisContact",
    "EthicsCase",
    "JurisdictionRule",
    "PolicyReference",
    "RiskAssessment",
    "RiskFollowUp",
    "SafetyPlan",
]
