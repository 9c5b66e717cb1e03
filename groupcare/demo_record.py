"""The demo's two practices, as plain facts. Everybody in it is invented."""

from dataclasses import dataclass

PASSWORD = "seven quiet chairs"
RECIPIENTS = (
    ("Dr Amara Osei, family doctor, Riverside Clinic", "40 Mill Lane\nAlbany, NY"),
    ("Dr Joan Keller, psychiatrist, Harbour Clinic", "2 Harbour Street\nAlbany, NY"),
)


@dataclass(frozen=True)
class Person:
    """Somebody with a sign-in; `roles` are empty for members."""

    sign_in_name: str
    name: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """An item: who spoke, who else can be recognised, the words."""

    speaker: str
    text: str
    concerned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evening:
    """A session some days ago: who was not there, and what was said."""

    days_ago: int
    absent: tuple[str, ...]
    said: tuple[Said, ...]


RUTH = Person("heron-4821", "Ruth Adeyemi", ("facilitator",))
TOMAS = Person("kestrel-2209", "Tomas Berg", ("facilitator",))
HELEN = Person("curlew-7315", "Helen Marsh", ("supervisor",))
OMAR = Person("osprey-5560", "Omar Haddad", ("administrator",))
NORA = Person("teal-6142", "Nora Lindgren", ("facilitator", "supervisor", "administrator"))

MAYA = Person("linnet-3097", "Maya Lindqvist")
JONAS = Person("plover-8846", "Jonas Weber")
PRIYA = Person("siskin-1574", "Priya Raman")
SAM = Person("dipper-6230", "Sam Whitlock")
ELENA = Person("avocet-9918", "Elena Petrova")
DANIEL = Person("redwing-4405", "Daniel Okafor")
LINDEN_MEMBERS = (MAYA, JONAS, PRIYA, SAM, ELENA, DANIEL)
UNSIGNED = DANIEL  # came last week and has not signed the group agreement yet

IRIS = Person("wren-2751", "Iris Calloway")
HUGO = Person("finch-8033", "Hugo Santoro")
HILLSIDE_MEMBERS = (IRIS, HUGO)

LINDEN_EVENINGS = (
    Evening(
        20,
        ("Jonas Weber",),
        (
            Said(
                "Maya Lindqvist",
                "I went back to the office for two half days. I asked for the desk by the window, "
                "and it was less frightening than the weeks of thinking about it.",
            ),
            Said(
                "Priya Raman",
                "When Jonas told us about his brother I went home and rang mine for the first time "
                "in four years. We only talked about the weather, but we talked.",
                ("Jonas Weber",),
            ),
            Said(
                "Sam Whitlock",
                "I counted the bottles before I threw them away. There were eleven, and I had been "
                "telling everybody that there were three.",
            ),
        ),
    ),
    Evening(
        6,
        ("Elena Petrova",),
        (
            Said(
                "Maya Lindqvist",
                "I slept through the night three times this week. It is the first time since the "
                "accident, and I think the evening walks help.",
            ),
            Said(
                "Jonas Weber",
                "My brother moved out of the flat on Sunday without leaving a number. I keep "
                "setting two plates on the table and then putting one of them back.",
            ),
            Said(
                "Sam Whitlock",
                "Elena drove me home after the bad session in spring and waited outside until she "
                "saw my light go on. I never thanked her for that.",
                ("Elena Petrova",),
            ),
            Said(
                "Daniel Okafor",
                "This is my second evening here. I do not know yet whether I can say the thing I "
                "came to say, but I noticed that I sat down near the middle.",
            ),
        ),
    ),
)

HILLSIDE_EVENINGS = (
    Evening(
        9,
        (),
        (
            Said(
                "Iris Calloway",
                "The garden was his, and I let it grow wild all summer. Yesterday I cut the roses "
                "back the way he used to, badly, and laughed at how badly.",
            ),
            Said(
                "Hugo Santoro",
                "I still buy two tickets for the early train out of habit. The man at the counter "
                "has stopped asking, and I am grateful to him.",
            ),
        ),
    ),
)
