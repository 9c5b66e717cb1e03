"""Danger to a life in words for people: questions, levels, steps, and the parts of a plan."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ethics.risk_rules import Answer, Doubt, Level, Step, Where

ANSWERS = [
    (Answer.YES, _("Yes")),
    (Answer.NO, _("No")),
    (Answer.UNSURE, _("Unclear")),
    (Answer.NOT_ASKED, _("Not asked")),
]
WHERE = [
    (Where.NOT_YET, _("Not seen alone yet")),
    (Where.ROOM, _("In a room")),
    (Where.TELEPHONE, _("By telephone")),
    (Where.VIDEO, _("By video")),
    (Where.ELSEWHERE, _("Elsewhere")),
]
LEVELS = [
    (Level.LOW, _("Low")),
    (Level.MODERATE, _("Moderate")),
    (Level.HIGH, _("High")),
    (Level.NOW, _("Danger now")),
]
STEPS = [
    (Step.PLAN, _("A safety plan, made together")),
    (Step.MEANS, _("What could harm is put out of reach")),
    (Step.CONTACT, _("Somebody close is told, and agrees to be there")),
    (Step.LINE, _("A crisis line is called, together")),
    (Step.WELFARE, _("Somebody goes and looks")),
    (Step.EMERGENCY, _("An emergency evaluation")),
    (Step.RELEASE, _("An emergency release")),
]
AGREED = [
    ("", _("Nobody is told")),
    ("yes", _("The member agreed")),
    ("no", _("The member did not agree")),
    ("unasked", _("They could not be asked")),
]
ASKED: dict[str, Any] = {
    "wish": _("Did they wish to be dead, or not to wake up?"),
    "thoughts": _("Did they think of ending their life?"),
    "method": _("Did they think of how?"),
    "intent": _("Do they mean to act on it?"),
    "plan": _("Have they worked out when and where?"),
    "behaviour": _("Did they do or prepare anything?"),
    "means": _("Is what they would use at hand?"),
}
DOUBTS: dict[str, Any] = {
    Doubt.INTENT_AND_PLAN: _(
        "They mean to act and have a plan, and the level is low or moderate. Is that so?"
    ),
    Doubt.BEHAVIOUR: _("They did or prepared something, and the level is low. Is that so?"),
    Doubt.HIGHER_THAN_ANSWERS: _(
        "Every answer is no, and the level is high. If you know more than they said, write it down."
    ),
    Doubt.NOTHING_ASKED: _("None of the questions is answered."),
    Doubt.NOT_SEEN: _("Nobody has seen them alone yet."),
    Doubt.NO_STEP: _("No step is chosen."),
    Doubt.NO_HELP_NOW: _("There is danger now, and no step brings help at once. Is that so?"),
    Doubt.NOBODY_CONSULTED: _("The level is high, and nobody was consulted yet."),
    Doubt.NO_FOLLOW_UP: _("No day is set on which it comes back."),
}
HEADINGS: dict[str, Any] = {
    "signs": _("How I notice that it gets hard"),
    "alone": _("What I can do by myself"),
    "distract": _("People and places that take my mind elsewhere"),
    "people": _("People I can ask for help"),
    "professionals": _("Professionals and lines I can call"),
    "around": _("How we make the place around me safer"),
}
