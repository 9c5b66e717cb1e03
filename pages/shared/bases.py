"""The legal grounds of an emergency release as sentences: when each holds, and why one does not."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from consent.kinds import Reason
from consent.models import Override
from consent.rules.overrides import Basis, Fact

# When a ground holds. Whoever chooses it states what stands here (`STATED`).
HOLDS: dict[str, Any] = {
    Basis.THREAT: _(
        "Somebody’s life or health is in serious danger, and it is close: hours or days. "
        "Whoever gets the words can prevent it."
    ),
    Basis.MEDICAL_EMERGENCY: _(
        "Medical personnel need it now to treat somebody, and nobody can be asked first."
    ),
    Basis.MANDATED_REPORT: _(
        "You suspect that a child is abused or neglected. The report goes to the office that "
        "takes such reports, and holds nothing beyond it."
    ),
    Basis.ELDER_ABUSE: _(
        "You suspect that an elder or a dependent adult is abused. The report goes to the office "
        "that takes such reports, and holds nothing beyond it."
    ),
    Basis.COURT_ORDER: _("A judge signed an order that names what is to be handed over."),
    Basis.OVERSIGHT: _("Whoever oversees your licence or this practice asks by law."),
    Basis.CORONER: _("A coroner or medical examiner has to find out how somebody died."),
    Basis.LEGAL_DEFENSE: _("The member sued you, and you have to defend yourself in that suit."),
}
# What choosing a ground states, because its sentence says it; the rest is ticked one by one.
STATED = frozenset({Fact.SERIOUS, Fact.IMMINENT, Fact.REPORT_ONLY, Fact.MEDICAL_PERSONNEL})
TICKS: dict[Fact, Any] = {
    Fact.COUNSEL_TOLD: _("Our lawyer was told before"),
    Fact.MEMBER_TOLD: _("The member, or their lawyer, was told before"),
    Fact.SUBPART_E_ORDER: _("The order was made under 42 CFR Part 2, subpart E"),
    Fact.COMPULSION: _("A subpoena or a like command came with the order"),
    Fact.AUDIT_OF_THE_PROGRAM: _("It is an audit or evaluation of the program (2.53)"),
    Fact.CAUSE_OF_DEATH: _("It is about the cause of a death (2.15)"),
}
# What a member is told of the ground, in plain words.
TO_THE_MEMBER: dict[str, Any] = {
    Basis.THREAT: _("We were afraid for somebody’s life or health."),
    Basis.MEDICAL_EMERGENCY: _("Doctors needed it at once to help."),
    Basis.MANDATED_REPORT: _("The law says that we must report when a child may be harmed."),
    Basis.ELDER_ABUSE: _(
        "The law says that we must report when an old or ill person may be harmed."
    ),
    Basis.COURT_ORDER: _("A judge ordered it."),
    Basis.OVERSIGHT: _("An office that checks our work asked for it by law."),
    Basis.CORONER: _("An office had to find out how somebody died."),
    Basis.LEGAL_DEFENSE: _("There is a case in court between you and us."),
    Basis.SUBPOENA: _("Somebody asked a court for your words. There was no order of a judge."),
}
# Why nothing goes out on a ground: of its own way alone, nothing of anybody's answer.
WHY_NOT: dict[str, Any] = {
    Reason.OVERRIDE_INCOMPLETE: _(
        "Something that this ground needs is missing, or nobody has agreed yet."
    ),
    Reason.OVERRIDE_OVER: _("Its time is over, or it was used already. Begin a new one."),
    Reason.FROZEN: _(
        "Nothing can leave this practice at the moment. Two people have to lift that. "
        "Call whoever can help."
    ),
    Reason.PAST_VIOLENCE: _(
        "What somebody did long ago is no danger to come. It stays, and you can talk about it."
    ),
    Reason.SUBPOENA_ONLY: _(
        "A subpoena without the order of a judge opens nothing. Assert the privilege: answer that "
        "these are privileged therapy records, and let a lawyer speak for you."
    ),
    Reason.PART2_NO_DUTY_TO_WARN: _(
        "42 CFR Part 2 has no rule for warning of a threat. In a medical emergency, choose that."
    ),
    Reason.PART2_UNIDENTIFIED_ONLY: _(
        "Under 42 CFR Part 2 this report may name nobody. Report without these words."
    ),
    Reason.SUPERSEDED: _("The words were changed meanwhile. Begin again with the new ones."),
    Reason.RECORD_UNAVAILABLE: _("This record is not there any more."),
    Reason.GROUP_NOTE: _("A group note has no way out."),
    Reason.ENTERED_IN_ERROR: _("It was entered in error."),
    Reason.REDACTION_UNCHECKED: _("Nobody else has read it over yet. Use the item it came from."),
    Reason.SUBJECTS_NOT_RESOLVED: _("It is not written down whom it concerns."),
    Reason.UNREADABLE: _("It does not match its record. Tell your supervisor, and begin again."),
}
NOTHING_HOLDS = _("It does not hold at this moment.")


def why_not(reasons: Any) -> list[Any]:
    """Return why nothing goes out, as sentences for whoever asked."""
    return [WHY_NOT.get(one, NOTHING_HOLDS) for one in reasons]


def told_as(override: Override) -> Any:
    """Return the ground of an override as a member is told of it."""
    return TO_THE_MEMBER.get(override.basis, override.get_basis_display())
