"""Whom words may go to, and what was asked, answered, taken back, released, in order.

Items are named by their keys. Whoever is not in `answers` has not answered;
somebody who did not speak is asked only after the speaker's yes.
"""

from groupcare.demo_record.shapes import (
    Answer,
    Breach,
    Called,
    Danger,
    Edit,
    Handing,
    Minor,
    Person,
    Question,
    Recipient,
    Step,
    Wish,
)

LINDEN_RECIPIENTS = (
    Recipient("osei", "Dr Amara Osei, family doctor, Riverside Clinic", "40 Mill Lane\nAlbany, NY"),
    Recipient(
        "keller", "Dr Joan Keller, psychiatrist, Harbour Clinic", "2 Harbour Street\nAlbany, NY"
    ),
    Recipient(
        "insurer",
        "Hudson Mutual Insurance, benefits review",
        "900 State Street\nAlbany, NY",
        person=False,
    ),
    Recipient(
        "school", "Ingrid Vale, school counsellor, North High School", "15 School Road\nAlbany, NY"
    ),
    Recipient(
        "probation",
        "Denise Whitford, probation officer, Albany County",
        "60 South Pearl Street\nAlbany, NY",
    ),
    Recipient(
        "methadone", "Dr Samuel Ortiz, opioid treatment programme", "11 Canal Street\nAlbany, NY"
    ),
    Recipient("crisis", "Crisis team of the county", "518-555-0144, day and night", person=False),
)

HILLSIDE_RECIPIENTS = (
    Recipient(
        "doctor", "Dr Lena Hoffmann, family doctor, Hill Road Surgery", "9 Hill Road\nPeoria, IL"
    ),
    Recipient(
        "psychiatrist",
        "Dr Paul Adeleke, psychiatrist, Lakeview Hospital",
        "1 Lake Avenue\nPeoria, IL",
    ),
    Recipient(
        "health-plan",
        "Prairie Health Plan, care management",
        "300 Main Street\nPeoria, IL",
        person=False,
    ),
)


def _yes(*called: str) -> tuple[Answer, ...]:
    return tuple(Answer(one, "yes") for one in called)


def _no(*called: str) -> tuple[Answer, ...]:
    return tuple(Answer(one, "no") for one in called)


def _back(*called: str) -> tuple[Answer, ...]:
    return tuple(Answer(one, "back") for one in called)


TUESDAY_STEPS: tuple[Step, ...] = (
    # Allowed, released, handed over; asked again for a second reader.
    Question("back-to-work", "osei", "TREAT", _yes("Maya")),
    Handing("back-to-work", "osei", "TREAT", handed_over=True),
    Question("back-to-work", "insurer", "HPAYMT"),
    Question("bottles", "osei", "TREAT", _no("Sam")),
    Question("own-doctor", "osei", "TREAT", _yes("Sam")),
    Handing("own-doctor", "osei", "TREAT"),
    # Speaker and other have agreed; the other took it back, and a release was refused.
    Question("coat-on", "keller", "TREAT", (*_yes("Jonas", "Sam"), *_back("Elena"))),
    Handing("coat-on", "keller", "TREAT", withheld=True),
    Question("three-glasses", "keller", "TREAT", _yes("Sam")),
    # Ended by new words, and asked again about these.
    Question("no-hurry", "osei", "TREAT", _yes("Maya")),
    Edit(
        "no-hurry",
        "My manager wrote that there is no hurry, with a smiley. I read it many times on that day. I think I want somebody to hurry me a little.",
    ),
    Question("no-hurry", "osei", "TREAT"),
    # Ended by new words, and nobody asked since.
    Question("half-days-draft", "osei", "TREAT", _yes("Maya")),
    Edit(
        "half-days-draft",
        "I have written to the office that I would like to come in for two half days. It is finished and not sent. It lies in the folder for drafts.",
    ),
    # Waiting with the other, with the speaker, with both readers of one item.
    Question("drove-home", "keller", "TREAT", _yes("Sam")),
    Question("rang-brother", "keller", "TREAT"),
    Question("bank-letters", "keller", "COC", _back("Jonas")),
    Question("slept", "osei", "TREAT"),
    # What waits for whoever reviews.
    Called(
        "Sam",
        "Nell, sister, 555 0162",
        "Sam did not come and did not call, which is unlike him. I called his sister.",
    ),
    # Let out without permission: one was reviewed, one waits for it. Both were told.
    Danger(
        "bridge",
        "crisis",
        "He means to end his life tonight, and has said where.",
        "The crisis team is ten minutes from the bridge.",
        (1,),
        review="She called him first, twice. The words were the least that was needed.",
    ),
    Danger(
        "pills",
        "crisis",
        "He has pills in the car and does not trust himself to leave them alone.",
        "The crisis team can meet him at his car.",
        (0,),
    ),
)

THURSDAY_STEPS: tuple[Step, ...] = (
    Question("monthly", "insurer", "HPAYMT", _yes("Keiko")),
    Handing("monthly", "insurer", "HPAYMT", handed_over=True),
    Question("in-writing", "probation", "COC", _no("Ty")),
    Question("six-oclock", "methadone", "TREAT", _yes("Ty")),
    Handing("six-oclock", "methadone", "TREAT"),
    Question("banknote", "methadone", "TREAT", _no("Liam")),
    # The speaker said no: the other was never asked, and the release was refused.
    Question("really-clean", "methadone", "COC", _no("Keiko")),
    Handing("really-clean", "methadone", "COC", withheld=True),
    Question("eight-nights", "osei", "TREAT", _yes("Farid", "Andre")),
    Question("balcony-door", "osei", "TREAT", _yes("Rosa")),
    Question("toothbrush", "insurer", "HPAYMT", _back("Andre")),
    Question("stayed-away", "osei", "COC", (*_yes("Andre"), *_no("Liam"))),
    Question("paper-chain", "osei", "TREAT", days_to_answer=3),
    Wish("Keiko", "correct", "My date of birth is wrong in the summary. It is in May, not March."),
)

WEDNESDAY_STEPS: tuple[Step, ...] = (
    # Luca is a minor: his mother allows, and does not read.
    Minor("Luca", Person("wren-5190", "Carla Moretti")),
    Question("counsellor", "school", "COC", (Answer("Luca", "parent"),)),
    Handing("counsellor", "school", "COC", handed_over=True),
    Question("sat-again", "school", "COC", days_to_answer=7),
    Question("depot", "insurer", "HPAYMT", _no("Hank")),
    Question("drive-again", "osei", "TREAT", _yes("Hank")),
    Question("linen-room", "osei", "TREAT", (Answer("Aisha", "paper"),)),
    Question("practical", "keller", "TREAT", _back("Aisha")),
    Breach("Hank", "A neighbour asked me about something I have only ever said in the group."),
)

FRIDAY_STEPS: tuple[Step, ...] = (
    Question("four-lines", "doctor", "TREAT", _yes("Anton")),
    Handing("four-lines", "doctor", "TREAT", handed_over=True),
    Question("that-road", "psychiatrist", "TREAT", _yes("Grace")),
    Question("drill", "psychiatrist", "TREAT", (*_yes("Anton"), *_back("Grace"))),
    Handing("drill", "psychiatrist", "TREAT", withheld=True),
    Question("roses", "health-plan", "HPAYMT", _no("Iris")),
    Question("tickets", "doctor", "COC"),
    Question("dumplings", "doctor", "TREAT", _yes("Mei")),
    Edit(
        "dumplings",
        "On the fifteenth I did both. I took my brothers to the restaurant, and the radio came with us. We ate dumplings and heard the traffic report.",
    ),
    Question("side-door", "doctor", "TREAT", _yes("Hugo")),
)
