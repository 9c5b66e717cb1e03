"""What the law of each place asks where somebody is in danger.

The duty to protect by state: the table of JAAPL 42(4), 2014, as read; laws have
moved since (Florida in 2019, as is generally known), so each has to be looked
up before it is leaned on. Ages of majority are general knowledge.
"""

from ethics.seed.shapes import Rule

STATES = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DC": "District of Columbia",
    "DE": "Delaware",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "IA": "Iowa",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "MA": "Massachusetts",
    "MD": "Maryland",
    "ME": "Maine",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MO": "Missouri",
    "MS": "Mississippi",
    "MT": "Montana",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "NE": "Nebraska",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NV": "Nevada",
    "NY": "New York",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VA": "Virginia",
    "VT": "Vermont",
    "WA": "Washington",
    "WI": "Wisconsin",
    "WV": "West Virginia",
    "WY": "Wyoming",
}
BY_STATUTE = (
    *("AZ", "CA", "CO", "ID", "IN", "KY", "LA", "MD", "MA", "MI", "MN", "MS"),
    *("MO", "MT", "NE", "NH", "NJ", "OH", "OK", "TN", "UT", "VA", "WA"),
)
BY_COMMON_LAW = ["AL", "DE", "GA", "HI", "IA", "NC", "PA", "SC", "SD", "VT", "WI"]
PERMISSIVE = ["AK", "CT", "DC", "FL", "IL", "NY", "OR", "RI", "TX", "WV", "WY"]
NO_GUIDANCE = ["AR", "KS", "ME", "NV", "NM", "ND"]
MAJORITY = dict.fromkeys(STATES, 18) | {"AL": 19, "NE": 19, "MS": 21}

_TABLE = "JAAPL 42(4), 2014, table 1"
_THREAT = (
    "Commonly a serious threat of physical violence against somebody who can reasonably be "
    "identified."
)
_WHOM = "Commonly the person threatened and the police; or admission to a hospital."
_NOT_THE_PERSON = {"TX": "The police or medical personnel, not the person threatened."}


def _protect(state: str, duty: str, basis: str, trigger: str = _THREAT) -> Rule:
    whom = "" if duty == "none" else _NOT_THE_PERSON.get(state, _WHOM)
    return Rule(
        f"protect-{state.lower()}",
        f"US-{state}",
        "protect",
        duty,
        trigger,
        whom,
        f"{basis} ({_TABLE})",
        ("THREAT",),
        read=True,
    )


DUTY_TO_PROTECT = (
    *(_protect(state, "mandatory", "Statute") for state in BY_STATUTE),
    *(_protect(state, "mandatory", "Common law") for state in BY_COMMON_LAW),
    *(_protect(state, "permissive", "You may warn, and nobody has to") for state in PERMISSIVE),
    *(
        _protect(
            state, "none", "No guidance", "The table found no rule in this state. Ask counsel."
        )
        for state in NO_GUIDANCE
    ),
)
OF_AGE = tuple(
    Rule(
        f"majority-{state.lower()}",
        f"US-{state}",
        "majority",
        "none",
        f"Of age at {years}.",
        "",
        "General knowledge; minors may consent to some treatment earlier",
        years=years,
    )
    for state, years in MAJORITY.items()
)
FEDERAL = (
    Rule(
        "threat-us",
        "US",
        "protect",
        "permissive",
        "A serious and imminent threat to a person or the public, in good faith, where it is "
        "needed to prevent or lessen it. It creates no duty; state law does. A confession of past "
        "violence made in therapy is no ground.",
        "Somebody reasonably able to prevent or lessen it, the target included.",
        "45 CFR 164.512(j)(1)(i), (j)(2)",
        ("THREAT",),
        read=True,
    ),
    Rule(
        "part2-threat-us",
        "US",
        "protect",
        "none",
        "Substance use records under 42 CFR Part 2: there is no general duty or right to warn. "
        "What is left: a warning that does not identify a patient, a crime on the premises, a "
        "court order, or medical personnel in an emergency.",
        "",
        "42 CFR 2.12(c)(5), 2.51, 2.63",
        ("THREAT", "ELDER_ABUSE"),
        read=True,
    ),
    Rule(
        "medical-us",
        "US",
        "medical",
        "permissive",
        "A medical emergency, to the extent necessary, where prior written consent cannot be had. "
        "Write down at once: who received it and where they work, who told them, when, and the "
        "nature of the emergency.",
        "Medical personnel only.",
        "42 CFR 2.51",
        ("MEDICAL_EMERGENCY",),
        read=True,
    ),
    Rule(
        "child-us",
        "US",
        "child",
        "mandatory",
        "Suspected abuse or neglect of a child. Every state makes professionals report it; what "
        "exactly and how soon is state law. Of Part 2 records only the first report is free.",
        "The child protection service or the police, as state law says.",
        "State law; 45 CFR 164.512(b)(1)(ii); 42 CFR 2.12(c)(6)",
        ("MANDATED_REPORT",),
        read=True,
    ),
    Rule(
        "adult-us",
        "US",
        "adult",
        "mandatory",
        "Suspected abuse of an older or dependent adult: most states make professionals report it. "
        "Look up yours. Part 2 has no exception that matches: consent, an order, or a report that "
        "identifies no patient.",
        "Adult protective services, as state law says.",
        "State law; 45 CFR 164.512(c)",
        ("ELDER_ABUSE",),
    ),
    Rule(
        "court-us",
        "US",
        "court",
        "mandatory",
        "An order signed by a judge: only what is expressly ordered, after counsel and the member "
        "were told. A subpoena without an order is none: assert privilege.",
        "The court.",
        "45 CFR 164.512(e)(1)(i), 164.512(a)",
        ("COURT_ORDER", "LEGAL_DEFENSE"),
        read=True,
    ),
    Rule(
        "part2-court-us",
        "US",
        "court",
        "permissive",
        "Part 2 records in court: an order under subpart E allows and does not compel; it needs a "
        "subpoena too. Without both, or a consent for that proceeding, nothing.",
        "The court.",
        "42 CFR 2.61 to 2.67",
        ("COURT_ORDER", "LEGAL_DEFENSE"),
        read=True,
    ),
    Rule(
        "defense-us",
        "US",
        "court",
        "permissive",
        "Defending oneself in a case that this very member brought: what the defence needs.",
        "The court and counsel.",
        "45 CFR 164.508(a)(2)(i)(C)",
        ("LEGAL_DEFENSE",),
        read=True,
    ),
    Rule(
        "oversight-us",
        "US",
        "oversight",
        "mandatory",
        "Oversight of whoever wrote the notes: the federal health department, or a licensing "
        "board. Of Part 2 records only an audit of the program.",
        "The agency that oversees.",
        "45 CFR 164.508(a)(2)(ii), 164.512(d); 42 CFR 2.53",
        ("OVERSIGHT",),
        read=True,
    ),
    Rule(
        "coroner-us",
        "US",
        "oversight",
        "permissive",
        "A coroner or medical examiner who has to find a cause of death.",
        "The coroner or medical examiner.",
        "45 CFR 164.508(a)(2)(ii), 164.512(g)(1); 42 CFR 2.15(b)",
        ("CORONER",),
        read=True,
    ),
)
ELSEWHERE = (
    Rule(
        "vital-eu",
        "EU",
        "protect",
        "permissive",
        "Health data may be used to protect somebody's vital interests where they cannot consent. "
        "The law of the country says whether there is a duty, and professional secrecy stays.",
        "Whoever can help, no more than is needed.",
        "GDPR 9(2)(c)",
        ("THREAT", "MEDICAL_EMERGENCY"),
    ),
    Rule(
        "claims-eu",
        "EU",
        "court",
        "permissive",
        "Health data may be used where it is needed to establish or defend a legal claim.",
        "The court.",
        "GDPR 9(2)(f)",
        ("COURT_ORDER", "LEGAL_DEFENSE"),
    ),
)
RULES = (*FEDERAL, *DUTY_TO_PROTECT, *OF_AGE, *ELSEWHERE)
