"""The story of one item, from recording to the last opening: a picture, and the same as a table.

It says what the trail says, to whom the trail would say it: entries, codes, no words.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.queries import staff_of
from audit import queries as audit
from audit import trail as trail_of
from audit.models import Entry, Outcome
from audit.queries import ground_of
from consent import queries as consents
from consent.queries import Around
from pages.shared.access import HouseRequest, door
from pages.shared.names import open_names
from pages.shared.stories import Happened, Lane, Mark, Stood, story_of
from pages.supervisor.trail import discretion_for, rows_of
from pages.templatetags.house import STATE_WORDS
from sessions_app import queries as sessions
from sessions_app.models import Disclosure

MOST = 400
MOST_PERMISSIONS = 12
WRITES = frozenset(
    (
        *("item.recorded", "item.redacted", "item.edited"),
        *("note.written", "note.added_to", "summary.written", "summary.added_to"),
    )
)
STANDS = {
    "consent.granted": "granted",
    "consent.unheld": "granted",
    "consent.declined": "declined",
    "consent.revoked": "withdrawn",
    "consent.held": "withdrawn",
    "consent.expired": "expired",
    "consent.superseded": "expired",
}
WORDS, LOOKS, QUESTIONS, OUT, LINKS, EMERGENCY, ALARMS = (
    gettext_lazy("The words"),
    gettext_lazy("Looked at"),
    gettext_lazy("Questions"),
    gettext_lazy("Releases"),
    gettext_lazy("Links"),
    gettext_lazy("Emergency releases"),
    gettext_lazy("Alarms"),
)
# What begins so is drawn so: its lane, its shape, its state. The first that fits counts.
DRAWN: tuple[tuple[str, Any, str, str], ...] = (
    ("override.released", EMERGENCY, "tip", "emergency"),
    ("override.requested", EMERGENCY, "dot", "waiting"),
    ("override.opened", EMERGENCY, "ring", "quiet"),
    ("override.read", EMERGENCY, "ring", "quiet"),
    ("override.declined", EMERGENCY, "cross", "withdrawn"),
    ("override.dropped", EMERGENCY, "cross", "withdrawn"),
    ("override.", EMERGENCY, "dot", "quiet"),
    ("review.opened", EMERGENCY, "ring", "quiet"),
    ("review.", EMERGENCY, "dot", "quiet"),
    ("alarm.closed", ALARMS, "dot", "quiet"),
    ("alarm.", ALARMS, "square", "emergency"),
    ("release.previewed", OUT, "ring", "quiet"),
    ("release", OUT, "tip", "granted"),
    ("link.opened", LINKS, "tip", "granted"),
    ("link.ended", LINKS, "cross", "withdrawn"),
    ("link.tried", LINKS, "square", "declined"),
    ("link.", LINKS, "dot", "accent"),
    ("consent.asked", QUESTIONS, "dot", "waiting"),
    ("item.opened", LOOKS, "ring", "quiet"),
    ("second_look.opened", LOOKS, "ring", "quiet"),
    ("question.opened", LOOKS, "ring", "quiet"),
    ("question.previewed", LOOKS, "ring", "quiet"),
    ("copy.opened", LOOKS, "ring", "quiet"),
    ("notes.opened", LOOKS, "ring", "quiet"),
    ("item.discarded", WORDS, "cross", "withdrawn"),
    ("item.voided", WORDS, "cross", "withdrawn"),
    ("item.second_look", WORDS, "dot", "quiet"),
    ("item.sent_back", WORDS, "dot", "quiet"),
    ("item.", WORDS, "dot", "accent"),
    ("note.", WORDS, "dot", "accent"),
    ("summary.", WORDS, "dot", "accent"),
)
SIGNS: dict[tuple[str, str], Any] = {
    ("dot", "accent"): gettext_lazy("Written or made"),
    ("dot", "waiting"): gettext_lazy("Asked"),
    ("ring", "quiet"): gettext_lazy("Looked at, or tried out"),
    ("tip", "granted"): gettext_lazy("Let out"),
    ("square", "declined"): gettext_lazy("Withheld or refused"),
    ("cross", "withdrawn"): gettext_lazy("Taken out, or ended"),
    ("dot", "quiet"): gettext_lazy("Something else"),
    ("tip", "emergency"): gettext_lazy("Emergency release"),
    ("square", "emergency"): gettext_lazy("Alarm"),
}


@require_GET
@door(Role.SUPERVISOR)
def story(request: HouseRequest, code: str) -> HttpResponse:
    """What happened to one item of a supervised group; looking at it is itself an entry."""
    item = sessions.supervised_item(request.actor, code)
    around, group = consents.around(item), item.group
    group.led = item.led
    discretion = discretion_for(request.actor, [group])
    found = audit.entries_around(
        request.actor.practice,
        group.pk,
        code=item.code,
        objects=[
            *(item.pk, *around.questions, *around.consents),
            *(*around.releases, *around.links, *around.overrides),
        ],
        discretion=discretion,
        limit=MOST + 1,
    )
    entries = [one for one in found[:MOST] if _is_about(one, item.code, around)]
    staff = staff_of(request.actor.practice)
    receipt = trail_of.receipt_for(
        request.actor,
        audit.LOOKED,
        [one.pk for one in staff],
        code=item.code,
        group=group.pk,
    )
    who = {**open_names(staff, receipt), **sessions.codes_in_groups([group.pk])}
    whose = {pk: member for pk, (_code, member) in around.consents.items()}
    rows = rows_of(entries, who, {group.pk: group.code}, discretion, whose)
    for row in rows:
        row["more"] = _more(row["entry"], around)
    lanes, left_out = lanes_of([(one, discretion.act_of(one)) for one in entries], around)
    picture = story_of(lanes, zone=request.practice.zone)
    context = {
        "item": item,
        "versions": [
            (number, at, sorted(around.concerned[number]))
            for number, at in sorted(around.versions.items())
        ],
        "rows": rows,
        "groups": [group],
        "picture": picture if entries else None,
        "key": [(Mark(8, 8, *kind, 1), SIGNS[kind]) for kind in picture.key],
        "left_out": left_out,
        "cut": len(found) > MOST,
        "gone": item.state in Disclosure.OUT,
    }
    return render(request, "supervisor/story.html", context)


def lanes_of(told: Iterable[tuple[Entry, str]], around: Around) -> tuple[list[Lane], int]:
    """Return the lanes of a story, and how many permissions are in the table alone.

    `told` are entries, oldest first, each with its act as the reader may know it.
    """
    listed = list(told)
    fixed = {name: Lane(name) for name in (WORDS, LOOKS, QUESTIONS, OUT, LINKS, EMERGENCY, ALARMS)}
    permissions: dict[UUID, Lane] = {}
    for entry, act in listed:
        about = entry.object_id or trail_of.NOBODY
        if about in around.consents and act in STANDS:
            code, member = around.consents[about]
            lane = permissions.setdefault(about, Lane(f"{member}, {code}"))
            _stands(lane, entry.at, STANDS[act])
            continue
        name, shape, state = _drawn(act)
        if entry.outcome in (Outcome.WITHHOLD, Outcome.REFUSED):
            shape, state = "square", "declined"
        fixed[name].marks.append(Happened(entry.at, shape, state))
    shown = list(permissions.values())[-MOST_PERMISSIONS:]
    first, rest = [WORDS, LOOKS, QUESTIONS], [OUT, LINKS, EMERGENCY, ALARMS]
    lanes = [*(fixed[name] for name in first), *shown, *(fixed[name] for name in rest)]
    return lanes, len(permissions) - len(shown)


def _stands(lane: Lane, at: datetime, state: str) -> None:
    if lane.bars:
        lane.bars[-1] = lane.bars[-1]._replace(until=at)
    lane.bars.append(Stood(at, None, state, STATE_WORDS[state]))


def _drawn(act: str) -> tuple[Any, str, str]:
    for beginning, lane, shape, state in DRAWN:
        if act.startswith(beginning):
            return lane, shape, state
    return WORDS, "dot", "quiet"


def _is_about(entry: Entry, code: str, around: Around) -> bool:
    """Leave out what a release of several items says of the others alone."""
    if entry.object_id not in around.releases:
        return True
    named = {one for one in ground_of(entry) if one.startswith("D-")}
    return not named or code in named


def _more(entry: Entry, around: Around) -> str:
    """Return what an act alone does not say: whose permission it is, which version it made."""
    if entry.object_id in around.consents:
        return _("Permission of %(member)s.") % {"member": around.consents[entry.object_id][1]}
    return _version_told(entry, around)


def _version_told(entry: Entry, around: Around) -> str:
    """Return, for the entry of a version, its number and whom it concerns; later, whom besides."""
    written = [n for n, at in around.versions.items() if at <= entry.at]
    if entry.act not in WRITES or not written:
        return ""
    number = max(written)
    whom = around.concerned[number]
    new = whom - around.concerned[number - 1] if number > 1 else whom
    gone = around.concerned[number - 1] - whom if number > 1 else set()
    told = [_("Version %(number)s.") % {"number": number}]
    if new:
        told.append(_("Concerns now: %(members)s.") % {"members": ", ".join(sorted(new))})
    if gone:
        told.append(_("No more: %(members)s.") % {"members": ", ".join(sorted(gone))})
    return " ".join(told)
