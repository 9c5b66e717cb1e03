"""The words of the ethics workbench: types, steps, prompts, a careful colleague's questions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ethics.models import CasePerson
from ethics.rules import Action, Dilemma, Escalation, Question, ResolutionKind, StepKind, Whom, Wish

# The four types of the origin text, and how such a case is usually resolved.
DILEMMAS: dict[str, Any] = {
    Dilemma.SELF_DETERMINATION: _("Own decision and best interest"),
    Dilemma.DANGER: _("Confidentiality and danger"),
    Dilemma.VALUES: _("Differing moral values"),
    Dilemma.POLICY: _("Policy and ethics"),
}
TOLD: dict[str, Any] = {
    Dilemma.SELF_DETERMINATION: _("What a client decides seems to harm them."),
    Dilemma.DANGER: _("Keeping silent may let somebody come to harm."),
    Dilemma.VALUES: _("What a client holds right is not what you hold right."),
    Dilemma.POLICY: _("A rule of the house asks for what your code or the law does not allow."),
}
USUALLY: dict[str, Any] = {
    Dilemma.SELF_DETERMINATION: _("Usually resolved by talking with the client."),
    Dilemma.DANGER: _(
        "Usually resolved by referral to an authority or a guideline, "
        "with the client told first if that is safe."
    ),
    Dilemma.VALUES: _(
        "Usually resolved by dialogue, with the client and a supervisor. "
        "Refer on for want of competence alone, never for values."
    ),
    Dilemma.POLICY: _(
        "Usually resolved by dialogue with the administration, then by asking an ethics body."
    ),
}

# Each step: its heading, and what it asks.
KINDS: dict[str, tuple[Any, Any]] = {
    StepKind.FACTS: (_("Facts"), _("What you know, apart from what you assume.")),
    StepKind.STAKEHOLDERS: (
        _("Who is touched by it"),
        _("Who gains, who may be harmed, and who is the most vulnerable."),
    ),
    StepKind.DILEMMA: (_("Kind of dilemma"), _("What pulls against what.")),
    StepKind.CITATION: (_("Codes and law"), _("What your code and the law say, with edition.")),
    StepKind.WISH: (
        _("What the client wants"),
        _("Their wish, in your words. If you could not ask, say why."),
    ),
    StepKind.CONSULTATION: (_("Consultations"), _("With whom you spoke, and what came of it.")),
    StepKind.OPTION: (_("Options"), _("Each way, weighed against five principles.")),
    StepKind.CHOICE: (_("Choice"), _("What you choose, and why.")),
    StepKind.TESTS: (_("Three tests"), _("Would the choice stand up to each?")),
    StepKind.RESOLUTION: (_("How it is resolved"), _("By talking, by referral, by dialogue.")),
    StepKind.ESCALATION: (
        _("A conflict with a policy"),
        _("The administration first, then an ethics body."),
    ),
    StepKind.ACTION: (_("Action"), _("What you do next, on its own page.")),
    StepKind.FOLLOW_UP: (_("When you look back"), _("The case comes back on this day.")),
    StepKind.LOOKING_BACK: (_("Looking back"), _("What came of it, and what you would do again.")),
    StepKind.DISSENT: (_("Dissent"), _("Anybody on the case may note it. It is never taken out.")),
    StepKind.CLOSING: (_("Closed"), ""),
    StepKind.REOPENING: (_("Opened again"), ""),
}
# What adds another entry.
ADDS: dict[str, Any] = {
    StepKind.CITATION: _("Cite a code or law"),
    StepKind.CONSULTATION: _("Write down a consultation"),
    StepKind.OPTION: _("Add an option"),
    StepKind.RESOLUTION: _("Write down a resolution"),
    StepKind.ESCALATION: _("Write down a step"),
    StepKind.ACTION: _("Write down an action"),
    StepKind.LOOKING_BACK: _("Look back"),
    StepKind.DISSENT: _("Note a dissent"),
}
# The texts of an entry as its page heads them.
TEXTS: dict[tuple[str, str], Any] = {
    (StepKind.FACTS, "facts"): _("Known"),
    (StepKind.FACTS, "assumptions"): _("Assumed"),
    (StepKind.STAKEHOLDERS, "gains"): _("Gains"),
    (StepKind.STAKEHOLDERS, "harmed"): _("May be harmed"),
    (StepKind.STAKEHOLDERS, "vulnerable"): _("Most vulnerable"),
    (StepKind.DILEMMA, "because"): _("Why"),
    (StepKind.CITATION, "source"): _("Code or law"),
    (StepKind.CITATION, "rule"): _("Rule"),
    (StepKind.CITATION, "edition"): _("Edition"),
    (StepKind.CITATION, "says"): _("What it says"),
    (StepKind.WISH, "wish"): _("Their wish, or why it could not be had"),
    (StepKind.CONSULTATION, "came_of_it"): _("What came of it"),
    (StepKind.OPTION, "option"): _("Option"),
    (StepKind.OPTION, "autonomy"): _("Autonomy"),
    (StepKind.OPTION, "nonmaleficence"): _("Doing no harm"),
    (StepKind.OPTION, "beneficence"): _("Doing good"),
    (StepKind.OPTION, "justice"): _("Justice"),
    (StepKind.OPTION, "fidelity"): _("Fidelity"),
    (StepKind.OPTION, "consequences"): _("Likely consequences"),
    (StepKind.CHOICE, "choice"): _("Choice"),
    (StepKind.CHOICE, "rationale"): _("Why"),
    (StepKind.TESTS, "justice"): _("Justice"),
    (StepKind.TESTS, "publicity"): _("Publicity"),
    (StepKind.TESTS, "universality"): _("Universality"),
    (StepKind.RESOLUTION, "about"): _("About"),
    (StepKind.RESOLUTION, "shared"): _("What was shared"),
    (StepKind.RESOLUTION, "outcome"): _("Outcome"),
    (StepKind.ESCALATION, "asked"): _("What you asked"),
    (StepKind.ESCALATION, "came_of_it"): _("What came of it"),
    (StepKind.ACTION, "action"): _("What is done"),
    (StepKind.FOLLOW_UP, "look_at"): _("What to look at"),
    (StepKind.LOOKING_BACK, "reflection"): _("Looking back"),
    (StepKind.DISSENT, "dissent"): _("Dissent"),
    (StepKind.CLOSING, "ending"): _("How it ended"),
    (StepKind.REOPENING, "because"): _("Why"),
}
LESSON_TEXTS: dict[str, Any] = {
    "summary": _("What it was about"),
    "codes": _("Codes and law"),
    "options": _("Options"),
    "choice": _("Choice"),
    "outcome": _("What came of it"),
}

WHOM: dict[str, Any] = {
    Whom.CLIENT: _("The client"),
    Whom.PEER: _("A colleague"),
    Whom.SUPERVISOR: _("A supervisor"),
    Whom.OUTSIDE: _("An outside consultant, without identity"),
    Whom.ADMINISTRATION: _("The administration"),
    Whom.AUTHORITY: _("An authority"),
    Whom.SERVICE: _("A service"),
    Whom.GUIDELINE: _("A guideline"),
}
WISHES: dict[str, Any] = {
    Wish.ASKED: _("I asked, and this is their wish"),
    Wish.COULD_NOT: _("I could not ask, and this is why"),
}
RESOLUTIONS: dict[str, Any] = {
    ResolutionKind.CLIENT_CONSULTATION: _("By talking with the client"),
    ResolutionKind.REFERRAL: _("By referral"),
    ResolutionKind.DIALOGUE: _("By dialogue"),
}
ESCALATIONS: dict[str, Any] = {
    Escalation.ADMINISTRATION: _("Asked the administration"),
    Escalation.POLICY_CHANGE: _("Asked for the policy to be changed"),
    Escalation.ETHICS_BODY: _("Asked an ethics body"),
}
ACTIONS: dict[str, Any] = {
    Action.CONSENT_REQUEST: _("Ask the member for permission"),
    Action.EMERGENCY: _("Ask for an emergency release"),
    Action.REFERRAL: _("Refer"),
    Action.DIALOGUE: _("Talk"),
    Action.NO_ACTION: _("No action"),
}
# The page that does it, and what its link says. The case itself does none of it.
ACTION_PAGES: dict[str, tuple[str, Any]] = {
    Action.CONSENT_REQUEST: ("groups", _("Go to the group, and ask at the item")),
    Action.EMERGENCY: ("groups", _("Go to the group; an emergency release begins at the item")),
    Action.REFERRAL: ("requests", _("Permissions, for what goes with a referral")),
}
VALUES: dict[str, dict[str, Any]] = {
    StepKind.DILEMMA: DILEMMAS,
    StepKind.WISH: WISHES,
    StepKind.RESOLUTION: RESOLUTIONS,
    StepKind.ESCALATION: ESCALATIONS,
    StepKind.ACTION: ACTIONS,
    StepKind.CLOSING: {"full": _("Thought through"), "plain": _("Plain after codes and law")},
    StepKind.REOPENING: {"again": _("To go on with it"), "mistake": _("Closed by mistake")},
}
PARTS: dict[str, Any] = {
    "opener": _("Opened the case"),
    CasePerson.Part.PEER: _("Colleague"),
    CasePerson.Part.SUPERVISOR: _("Supervisor"),
    CasePerson.Part.OUTSIDE: _("Outside consultant, sees no identity"),
}

# The questions that a step puts for one type of dilemma (docs/dilemmas.md).
PROMPTS: dict[tuple[str, str], tuple[Any, ...]] = {
    (Dilemma.SELF_DETERMINATION, StepKind.FACTS): (
        _("What has the client decided, and what do they know of what may follow?"),
        _("Is there anything that takes away their capacity to decide? Who says so?"),
    ),
    (Dilemma.SELF_DETERMINATION, StepKind.STAKEHOLDERS): (
        _("Who besides the client lives with the consequences?"),
    ),
    (Dilemma.SELF_DETERMINATION, StepKind.CITATION): (
        _("Where does your code limit self-determination? NASW 1.02, ACA A.1 and A.2."),
    ),
    (Dilemma.SELF_DETERMINATION, StepKind.WISH): (
        _("Ask first what they want from you, not what they would agree to."),
    ),
    (Dilemma.SELF_DETERMINATION, StepKind.OPTION): (
        _("Which way leaves the decision with the client, and lowers the harm?"),
    ),
    (Dilemma.SELF_DETERMINATION, StepKind.RESOLUTION): (
        _("Does the client know all that you know about it?"),
    ),
    (Dilemma.DANGER, StepKind.FACTS): (
        _("Who said what, when, and how is it known? What is only feared?"),
        _("Is there an identifiable person, a means, a plan, a time?"),
    ),
    (Dilemma.DANGER, StepKind.STAKEHOLDERS): (
        _("Who may be harmed if you are silent, and who if you speak?"),
    ),
    (Dilemma.DANGER, StepKind.CITATION): (
        _("Which duty does your state put on you, to whom, and on what basis?"),
        _("ACA B.2.a, NASW 1.07(c), APA 4.05; 45 CFR 164.512(j); for Part 2 its own rule."),
    ),
    (Dilemma.DANGER, StepKind.WISH): (
        _("Can the client be told first, or take the step themselves, and is that safe?"),
    ),
    (Dilemma.DANGER, StepKind.OPTION): (
        _("What is the least that has to be said, and who could prevent the harm with it?"),
        _("Would silence put somebody identifiable at high risk of serious harm? If not: silence."),
    ),
    (Dilemma.DANGER, StepKind.RESOLUTION): (
        _("To whom did you refer, what did they learn, and under which permission or ground?"),
    ),
    (Dilemma.VALUES, StepKind.FACTS): (
        _("What does the client hold right? What do you hold right?"),
        _("What of it touches the treatment, and what only you?"),
    ),
    (Dilemma.VALUES, StepKind.STAKEHOLDERS): (
        _("Who in the group shares the client’s values, and who is hurt by them?"),
    ),
    (Dilemma.VALUES, StepKind.CITATION): (
        _("Your code asks not to impose values: NOHS 7, ACA A.4.b."),
    ),
    (Dilemma.VALUES, StepKind.WISH): (_("What does the client want to be able to say here?"),),
    (Dilemma.VALUES, StepKind.OPTION): (
        _("Is it competence that you lack, or agreement? Only for the first, refer."),
    ),
    (Dilemma.VALUES, StepKind.RESOLUTION): (
        _("What did each of you understand that you did not before?"),
    ),
    (Dilemma.POLICY, StepKind.FACTS): (
        _("What exactly does the policy say, since when, and who made it?"),
        _("What does it ask you to do with this client’s words?"),
    ),
    (Dilemma.POLICY, StepKind.STAKEHOLDERS): (
        _("Whom does the policy protect? Whom does it leave without protection?"),
    ),
    (Dilemma.POLICY, StepKind.CITATION): (
        _("Name the policy, and the rule that it goes against: APA 1.03, NASW 3.09, ACA I.2."),
    ),
    (Dilemma.POLICY, StepKind.WISH): (
        _("Does the client know of the policy, and what would they want instead?"),
    ),
    (Dilemma.POLICY, StepKind.OPTION): (
        _("Which way keeps to the code while the policy is being talked about?"),
    ),
    (Dilemma.POLICY, StepKind.RESOLUTION): (
        _("What did the administration say, and does it hold until the policy is changed?"),
    ),
}

QUESTIONS: dict[Question, tuple[Any, str]] = {
    Question.WISH: (_("What does the client want? Or why could you not ask?"), StepKind.WISH),
    Question.FACTS: (_("What do you know for certain?"), StepKind.FACTS),
    Question.ASSUMPTIONS: (_("Which of the facts do you only assume?"), StepKind.FACTS),
    Question.VULNERABLE: (_("Who is the most vulnerable here?"), StepKind.STAKEHOLDERS),
    Question.CITATION: (_("What do your code and the law say?"), StepKind.CITATION),
    Question.DUTY: (
        _("Which duty to protect does your state know, and what exactly does it say?"),
        StepKind.CITATION,
    ),
    Question.CONSULTED: (
        _("With which colleague, supervisor or consultant did you talk?"),
        StepKind.CONSULTATION,
    ),
    Question.CLIENT_CONSULTED: (
        _("Did you think it through together with the client?"),
        StepKind.CONSULTATION,
    ),
    Question.OWN_VALUES: (
        _("Did you talk about your own values with a supervisor?"),
        StepKind.CONSULTATION,
    ),
    Question.ADMINISTRATION: (
        _("Did you tell the administration of the conflict?"),
        StepKind.ESCALATION,
    ),
    Question.ETHICS_BODY: (
        _("If the administration stays with it: did you ask for a change, or an ethics body?"),
        StepKind.ESCALATION,
    ),
    Question.SECOND_OPTION: (_("Is there another way? And doing nothing?"), StepKind.OPTION),
    Question.PRINCIPLES: (
        _("How does each option stand to the five principles?"),
        StepKind.OPTION,
    ),
    Question.CONSEQUENCES: (_("What would likely follow from each option?"), StepKind.OPTION),
    Question.CHOICE: (_("What do you choose, and why?"), StepKind.CHOICE),
    Question.TESTS: (
        _("Is it just, could you tell it in public, and would you want it of everybody?"),
        StepKind.TESTS,
    ),
    Question.USUAL: (
        _("How is such a dilemma usually resolved, and did you try it?"),
        StepKind.RESOLUTION,
    ),
    Question.OUTCOME: (_("What came of what you tried?"), StepKind.RESOLUTION),
    Question.ACTION: (_("What do you do now? Doing nothing is an answer too."), StepKind.ACTION),
    Question.FOLLOW_UP: (_("When do you look back?"), StepKind.FOLLOW_UP),
}
