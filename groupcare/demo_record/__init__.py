"""The demo's two practices, as plain facts. Everybody in them is invented."""

from groupcare.demo_record.cases import CASES
from groupcare.demo_record.decisions import (
    FRIDAY_STEPS,
    HILLSIDE_RECIPIENTS,
    LINDEN_RECIPIENTS,
    THURSDAY_STEPS,
    TUESDAY_STEPS,
    WEDNESDAY_STEPS,
)
from groupcare.demo_record.grief import FRIDAY, HUGO, IRIS
from groupcare.demo_record.library import LINDEN_POLICIES, MAYAS_WORRY
from groupcare.demo_record.process import DANIEL, ELENA, JONAS, MAYA, PRIYA, SAM, TUESDAY
from groupcare.demo_record.shapes import Evening, Group, Person, PracticeFacts, Said
from groupcare.demo_record.skills import WEDNESDAY
from groupcare.demo_record.staff import HELEN, LINDEN_STAFF, NORA, OMAR, RUTH, TOMAS
from groupcare.demo_record.substance_use import THURSDAY

__all__ = [
    "DANIEL",
    "ELENA",
    "Evening",
    "GROUPS",
    "Group",
    "HELEN",
    "HUGO",
    "IRIS",
    "JONAS",
    "MAYA",
    "MEMBERS",
    "NORA",
    "OMAR",
    "PASSWORD",
    "PRACTICES",
    "PRIYA",
    "Person",
    "PracticeFacts",
    "RUTH",
    "SAM",
    "STAFF",
    "Said",
    "TOMAS",
]

PASSWORD = "seven quiet chairs"

LINDEN = PracticeFacts(
    name="Linden Street Practice",
    time_zone="America/New_York",
    jurisdiction="US-NY",
    address="12 Linden Street",
    telephone="555 0140",
    staff=LINDEN_STAFF,
    supervisor=HELEN,
    administrator=OMAR,
    groups=(TUESDAY, THURSDAY, WEDNESDAY),
    recipients=LINDEN_RECIPIENTS,
    steps={
        TUESDAY.name: (*TUESDAY_STEPS, MAYAS_WORRY),
        THURSDAY.name: THURSDAY_STEPS,
        WEDNESDAY.name: WEDNESDAY_STEPS,
    },
    policies=LINDEN_POLICIES,
    cases=CASES,
)
HILLSIDE = PracticeFacts(
    name="Hillside Practice",
    time_zone="America/Chicago",
    jurisdiction="US-IL",
    address="3 Hill Road",
    telephone="555 0177",
    staff=(NORA,),
    supervisor=NORA,
    administrator=NORA,
    groups=(FRIDAY,),
    recipients=HILLSIDE_RECIPIENTS,
    steps={FRIDAY.name: FRIDAY_STEPS},
    small=True,
)
PRACTICES = (LINDEN, HILLSIDE)
GROUPS = tuple(group for practice in PRACTICES for group in practice.groups)
STAFF = tuple(person for practice in PRACTICES for person in practice.staff)
MEMBERS = tuple(member for group in GROUPS for member in group.members)
