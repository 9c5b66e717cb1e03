"""Three ethics cases of Linden Street: one in the middle, one that comes back, one to learn from."""

from groupcare.demo_record.process import MAYA, TUESDAY
from groupcare.demo_record.shapes import Case, Entered
from groupcare.demo_record.staff import HELEN, RUTH, TOMAS

EMPLOYER = Case(
    title="A request from an employer",
    dilemma="self_determination",
    opener=RUTH,
    group=TUESDAY.name,
    about=MAYA.called,
    asked=((HELEN, "supervisor"), (TOMAS, "peer")),
    steps=(
        Entered(
            "facts",
            {
                "facts": "A woman from the personnel office telephoned and asked whether the "
                "member attends on Tuesdays. Nothing was confirmed.",
                "assumptions": "They mean well and look for a way to shift the hours.",
            },
        ),
        Entered(
            "stakeholders",
            {
                "gains": "The employer, who plans the shifts.",
                "harmed": "The member, if colleagues draw conclusions; the group, if one "
                "attendance can be asked for.",
                "vulnerable": "The member. The work hangs on it.",
            },
        ),
        Entered(
            "citation",
            {
                "source": "NASW Code of Ethics",
                "rule": "1.02",
                "edition": "2021",
                "says": "The client’s own decision comes first, within limits of safety.",
            },
        ),
        Entered(
            "citation",
            {
                "source": "ACA Code of Ethics",
                "rule": "B.4.a",
                "edition": "2014",
                "says": "Explain what confidentiality means in this group.",
            },
        ),
        Entered(
            "wish",
            {
                "wish": "They would rather answer the employer themselves. They want one week to "
                "think, and nothing confirmed or denied until then.",
            },
            value="asked",
            days_ago=2,
        ),
        Entered(
            "option",
            {
                "option": "Wait the week",
                "autonomy": "The member decides freely.",
                "fidelity": "It keeps what was promised at the beginning.",
                "consequences": "The employer may press.",
            },
        ),
        Entered(
            "option",
            {
                "option": "Answer that we cannot answer",
                "justice": "The same words for everybody.",
                "nonmaleficence": "It may be read as a yes.",
                "consequences": "The question is over, and comes back in another form.",
            },
        ),
        Entered("option", {"option": "Ask for permission to confirm dates"}),
        Entered(
            "consultation",
            {
                "came_of_it": "A week harms nobody. Write down the words of the answer before the "
                "next call, so that everybody at the desk says the same."
            },
            by=HELEN,
        ),
    ),
)
VALUES = Case(
    title="A vow that hurts another",
    dilemma="values",
    opener=RUTH,
    group=TUESDAY.name,
    asked=((HELEN, "supervisor"),),
    steps=(
        Entered(
            "facts",
            {
                "facts": "In a round about promises somebody said that leaving a marriage is "
                "always wrong. Somebody who is leaving one was there.",
                "assumptions": "That it was meant as advice.",
            },
        ),
        Entered(
            "stakeholders", {"vulnerable": "Whoever is leaving, and spoke no more that evening."}
        ),
        Entered(
            "citation",
            {
                "source": "NOHS Ethical Standards",
                "rule": "7",
                "edition": "2015",
                "says": "Do not impose values. It binds the one who leads, not the members.",
            },
        ),
        Entered(
            "wish",
            {"wish": "To be able to say what faith asks, without being told that it is old."},
            value="asked",
            days_ago=9,
        ),
        Entered(
            "consultation",
            {"came_of_it": "My own divorce was speaking too. That belongs into supervision."},
            whom="supervisor",
            days_ago=8,
        ),
        Entered(
            "resolution",
            {
                "about": "What a vow means to each of us, and that both may stand in the room.",
                "outcome": "Each can say what the other holds right. Nobody has to agree.",
            },
            value="dialogue",
            whom="client",
            days_ago=5,
        ),
        Entered(
            "choice",
            {
                "choice": "Name both values in the group, take neither side.",
                "rationale": "It is agreement that is lacking, not competence.",
            },
        ),
        Entered("action", {"action": "Nothing is asked, and nothing leaves."}, value="no_action"),
        Entered("follow_up", {"look_at": "Whether both still speak."}, days_ago=0),
    ),
    closed="full",
    ending="Talked through with both, one after the other.",
)
POLICY = Case(
    title="Attendance lists for the landlord",
    dilemma="policy",
    opener=TOMAS,
    steps=(
        Entered(
            "facts",
            {
                "facts": "The house rules ask for a list of visitors at the door. The lists lie "
                "open on the desk.",
            },
        ),
        Entered(
            "citation",
            {
                "source": "APA Ethics Code",
                "rule": "1.03",
                "edition": "2017",
                "says": "Say where the organisation and ethics conflict, and resolve it.",
            },
        ),
        Entered(
            "wish",
            {"wish": "Nobody was asked: it concerns all who come through the door."},
            value="could_not",
        ),
        Entered(
            "escalation",
            {
                "asked": "To count heads at the door instead of writing names.",
                "came_of_it": "Refused at first: the insurer wants names.",
            },
            value="administration",
            days_ago=30,
        ),
        Entered(
            "escalation",
            {
                "asked": "A sealed envelope for each evening, opened after a fire alone.",
                "came_of_it": "Agreed, after the insurer confirmed that it is enough.",
            },
            value="policy_change",
            days_ago=20,
        ),
        Entered(
            "resolution",
            {
                "about": "What the insurer needs, and what the door tells.",
                "outcome": "The lists are gone from the desk.",
            },
            value="dialogue",
            whom="administration",
            days_ago=20,
        ),
    ),
    closed="full",
    ending="The rule was changed.",
    lesson={
        "summary": "A rule of the house asked for something at the door that told who attends.",
        "codes": "APA 1.03 (2017): name the conflict, and resolve it.",
        "options": "Follow the rule. Refuse it. Ask what it is for, and find another way to that.",
        "choice": "Ask what the rule is for.",
        "outcome": "What it was for could be had without names. It took ten days and two talks.",
    },
)
CASES = (EMPLOYER, VALUES, POLICY)
