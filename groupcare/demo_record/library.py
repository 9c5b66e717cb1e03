"""Linden Street's own policies, and one talk about danger to a life with the plan it led to."""

from groupcare.demo_record.shapes import Policy, Worry

LINDEN_POLICIES = (
    Policy(
        title="Two people before anything leaves in an emergency",
        number="Handbook 4.2",
        says="Whoever releases without permission in an emergency asks a second person first. "
        "Where minutes count, somebody looks at it on the same day.",
        beside="hipaa-164-512j",
        compared="more",
    ),
    Policy(
        title="Session summaries for the insurer",
        number="Handbook 7.1",
        says="When an insurer asks how a group goes, the office sends a short summary of the last "
        "sessions so that payment is not delayed.",
        beside="hipaa-164-508a",
        compared="less",
    ),
)
MAYAS_WORRY = Worry(
    called="Maya",
    talk={
        "where": "room",
        "wish": "yes",
        "thoughts": "yes",
        "method": "no",
        "intent": "no",
        "plan": "no",
        "behaviour": "no",
        "means": "no",
        "heard": "In the worst nights after the accident she wished not to wake up. She says so "
        "quietly and looks at me. She has not thought of how, and does not mean to.",
        "protective": "Her sister, the walks, the half days at work. She wants to drive again.",
        "level": "moderate",
        "why_level": "The wish is new and she sleeps badly; nothing prepared, much that holds.",
        "steps": "plan contact",
        "contact_agreed": "yes",
        "consulted": "Helen Marsh, the same evening.",
        "told": "Her sister: that the nights are hard, and that Maya may call at any hour.",
        "group_after": "Next week: how one asks for company in a bad night. Nobody is pointed at.",
    },
    plan={
        "signs": "I do not go to bed. I count the hours. Every car sounds like that car.",
        "alone": "Feet on the floor, name five things. Cold water. Walk to the river and back.",
        "distract": "The bakery opens at five. My neighbour's dog.",
        "people": "My sister, at any hour: she said so herself.",
        "professionals": "Ruth, through the practice. At night 988.",
        "around": "The sleeping pills are with my sister; I get three at a time.",
    },
)
