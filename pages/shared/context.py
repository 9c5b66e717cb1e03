"""What every page's frame needs: who is here, where they may go, and what is wrong."""

from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.adapter import NAME
from accounts.models import Role
from accounts.queries import lacks_second_factor, practice_of
from consent.services.freezing import lifters_in
from pages.shared.access import MEMBER, REPRESENTATIVE, HouseRequest, is_frozen, roles_in
from pages.shared.keeping import keeper_of
from pages.shared.sentences import CHANGES
from vault import key_ring


class Way(NamedTuple):
    """One entry of the navigation; `under` are the pages that belong to it."""

    url_name: str
    icon: str
    word: Any
    under: tuple[str, ...] = ()


LIBRARY = Way(
    "library",
    "book",
    _("Library"),
    (
        *("library_entry", "library_version", "new_policy", "change_policy"),
        *("crisis_contacts", "new_crisis_contact", "change_crisis_contact"),
    ),
)


class Shown(NamedTuple):
    """A way as a page shows it: `here` is "page" on it, "true" under it, empty elsewhere."""

    way: Way
    here: str
    wide_only: bool
    begins_role: bool


WAYS: dict[str, list[Way]] = {
    MEMBER: [
        Way("member_home", "home", _("Home"), ("pulse", "pulse_answers", "safety_plan")),
        Way(
            "permissions",
            "ask",
            _("Decisions"),
            (
                *("permission", "read_words", "preview_own", "take_back", "copy"),
                *("question", "sign_question", "together", "sign_together"),
                "take_everything_back",
            ),
        ),
        Way("who_saw", "eye", _("Who saw"), ("left_house", "passed_on")),
        Way(
            "my_data",
            "user",
            _("My data"),
            ("export_data", "privacy", "privacy_ask", "privacy_request"),
        ),
        Way("agreements", "book", _("Agreement"), ("agreement", "tell_breach", "own_breach")),
    ],
    REPRESENTATIVE: [
        Way("represent", "ask", _("Decisions"), ("represent_question", "represent_sign")),
    ],
    Role.FACILITATOR: [
        Way(
            "today",
            "today",
            _("Today"),
            ("overrides", "override", "confirm_override", "tell_override"),
        ),
        Way(
            "groups",
            "groups",
            _("Groups"),
            (
                *("new_group", "group", "close_group", "new_member", "import_roster", "end_stint"),
                "begin_stint",
                *("contact", "change_contact", "who_signs", "new_representation"),
                *("risk", "assess_risk", "risk_written", "open_risk", "follow_up_risk"),
                "edit_safety_plan",
                *(
                    "group_agreement",
                    "new_agreement",
                    "read_breach",
                    "invite_member",
                    "group_pulse",
                ),
                *(
                    "add_roster",
                    "new_session",
                    "session",
                    "open_in_session",
                    "new_item",
                    "notes",
                    "sign_notes",
                ),
                *("group_note", "item", "open_item", "edit_item", "add_to_note"),
                *("new_override", "assert_privilege"),
                *("discard_item", "enter_in_error", "redact", "change_redacted"),
                *("second_look", "new_summary", "summary"),
            ),
        ),
        Way(
            "requests",
            "ask",
            _("Permissions"),
            (
                *("ask", "request", "release", "try_release", "release_confirm", "confirm_in_room"),
                *("release_session", "try_session", "release_session_confirm"),
                *("release_group", "try_group", "release_group_confirm"),
                *("release_page", "open_package", "hand_over"),
                *("new_link", "make_link", "receipt", "paper"),
                *("attesting", "confirm_representation", "confirm_paper", "confirm_approval"),
            ),
        ),
        Way("find_person", "search", _("Find")),
        Way(
            "cases",
            "case",
            _("Cases"),
            (
                *("new_case", "case", "case_step", "case_entry", "close_case", "reopen_case"),
                *("case_people", "share_entry", "teach_case", "lessons", "lesson"),
            ),
        ),
        LIBRARY,
    ],
    Role.SUPERVISOR: [
        Way(
            "desk",
            "desk",
            _("Desk"),
            (
                *(
                    "freeze",
                    "agree_to_lift",
                    "looked_into",
                    "review_look",
                    "supervised_group",
                    "take_up_review",
                    "new_cover",
                ),
                *("choose_next", "hand_over_group", "supervised_contact"),
                *("supervised_standing", "correct_standing"),
            ),
        ),
        Way(
            "reviews",
            "phone",
            _("Reviews"),
            (
                "review_reading",
                "breaches",
                "supervised_breach",
                "override_reviews",
                "review_override",
            ),
        ),
        Way(
            "attesting",
            "pencil",
            _("Attest"),
            ("confirm_representation", "confirm_paper", "confirm_approval"),
        ),
        Way("requests_of_members", "ask", _("Requests"), ("answer_request",)),
        Way("consulted", "case", _("Advice"), ("consulted_case", "lessons", "lesson")),
        Way("trail", "trail", _("Trail"), ("story",)),
        LIBRARY,
    ],
    Role.OUTSIDE_COLLEAGUE: [
        Way(
            "second",
            "people",
            _("Second person"),
            (
                *("freeze", "agree_to_lift", "proposals", "agree_to_role"),
                *("reviews", "review_reading", "override_reviews", "review_override"),
                *("attesting", "confirm_representation", "confirm_paper", "confirm_approval"),
            ),
        ),
        Way("consulted", "case", _("Advice"), ("consulted_case",)),
    ],
    Role.ADMINISTRATOR: [
        Way(
            "practice",
            "home",
            _("Practice"),
            ("freeze", "agree_to_lift", "house_policy", "pulse_questions", "keys"),
        ),
        Way(
            "people",
            "people",
            _("People"),
            (
                *("new_person", "person", "switch_off", "come_back", "give_role"),
                *("invite_person", "end_stays", "stays_ended"),
                *("proposals", "agree_to_role"),
            ),
        ),
        Way("recipients", "send", _("Recipients"), ("new_recipient", "recipient_class")),
        LIBRARY,
    ],
}
ON_A_PHONE = 4
ROLE_WORDS = {MEMBER: _("Member"), REPRESENTATIVE: _("Speaks for somebody"), **dict(Role.choices)}


def house(request: HouseRequest) -> dict[str, Any]:
    """Return the frame's facts; for a visitor, whether everybody in this house is invented."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"roles": [], "demo": settings.GROUPCARE_DEMO}
    roles = roles_in(request)
    here = (request.resolver_match.url_name if request.resolver_match else "") or ""
    who = request.session.get(NAME) or request.user.sign_in_name
    practice = getattr(request, "practice", None) or practice_of(request.user)
    return {
        "roles": roles,
        "role_words": [ROLE_WORDS[role] for role in roles],
        "is_member": roles in ([MEMBER], [REPRESENTATIVE]),
        "ways": [] if lacks_second_factor(request.user) else _shown(roles, here),
        "here": here,
        "reader": who,
        "first_name": who.split(" ")[0],
        "practice": practice,
        "way_in_changed": _changed(request),
        "demo": practice.demo,
        "keyless": is_keyless(),
        "frozen": is_frozen(request),
        "unseen": getattr(request.user, "unseen", False),
        "may_lift": any(role in roles for role in lifters_in(practice)),
        "keeper": keeper_of(request.user),
        "lock_after": settings.GROUPCARE_LOCK_MINUTES * 60,
    }


def ways_of(roles: list[str]) -> list[list[Way]]:
    """Return the ways of each role that has any, in the order of the roles; none comes twice."""
    ways = list[list[Way]]()
    for role in roles:
        before = {way.url_name for one in ways for way in one}
        if new := [way for way in WAYS.get(role, []) if way.url_name not in before]:
            ways.append(new)
    return ways


def _changed(request: HouseRequest) -> dict[str, Any] | None:
    """Say what was changed of how this person signs in, until they have seen it (R71)."""
    what = getattr(request.user, "changed_what", None)
    if not what or lacks_second_factor(request.user):
        return None
    return {"what": CHANGES[what], "at": request.user.changed_at}  # type: ignore[attr-defined]


def _shown(roles: list[str], here: str) -> list[Shown]:
    """Every way in its order; a phone's bar holds each role's first page, then what else fits."""
    by_role = ways_of(roles)
    turns = max(map(len, by_role), default=0)
    in_turn = [ways[n] for n in range(turns) for ways in by_role if n < len(ways)]
    thumb = set(in_turn[:ON_A_PHONE])
    return [
        Shown(
            way,
            "page" if way.url_name == here else "true" if here in way.under else "",
            way not in thumb,
            n == 0 and ways is not by_role[0],
        )
        for ways in by_role
        for n, way in enumerate(ways)
    ]


def is_keyless() -> bool:
    """Say whether the keys are away: nothing can be sealed or opened then."""
    try:
        key_ring.current()
    except key_ring.Keyless:
        return True
    return False
