"""Who saw what: every reading and release of a member's own words, as sentences.

What stands here and what does not is decided by what it would tell. Items the
member may not read now are not here. Other members are not here at all: neither
their readings nor their answers. A try that was withheld is here only if the
words concerned this member alone, so that it tells nobody's no but their own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import Practice
from audit import queries as audit
from audit import trail
from audit.models import Entry, Outcome
from audit.queries import Matter, Place
from audit.trail import Actor
from consent import queries
from consent.models import Release
from consent.queries import KnownItem
from pages.shared.access import MEMBER, REPRESENTATIVE, HouseRequest, door
from pages.shared.names import Named, Names, open_names
from pages.shared.paging import as_text, place_in
from sessions_app import queries as sessions
from sessions_app.models import Facilitation

LOOKED = "who_saw.opened"
LATELY = 3
ON_A_PAGE = 30
EVER = datetime(2000, 1, 1, tzinfo=UTC)

# What happened, as a picture and as sentences: done or let out, and withheld.
TOLD: dict[str, tuple[str, Any, Any]] = {
    "item.recorded": ("pencil", _("%(who)s wrote it down"), ""),
    "item.redacted": ("pencil", _("%(who)s wrote it down"), ""),
    "second_look.opened": ("eye", _("%(who)s opened it"), ""),
    "item.second_look": (
        "eye",
        _("%(who)s checked that nobody else can be recognised in it"),
        "",
    ),
    "item.sent_back": ("eye", _("%(who)s read it and asked for other words"), ""),
    "item.edited": ("pencil", _("%(who)s changed what is written"), ""),
    "item.opened": ("eye", _("%(who)s opened it"), ""),
    # Tried out, it is read as an opening is; that it would have stayed is told to nobody.
    "release.previewed": ("eye", _("%(who)s opened it"), ""),
    "question.opened": ("eye", _("You read it"), ""),
    "copy.opened": ("eye", _("You read it"), ""),
    "question.previewed": ("eye", _("You read it"), ""),
    "release": (
        "send",
        _("%(who)s released it to %(to)s"),
        _("%(who)s tried to release it to %(to)s. Nothing was sent"),
    ),
    "release.opened": (
        "open",
        _("%(who)s opened the letter to %(to)s"),
        _("%(who)s tried to open the letter to %(to)s. It stayed closed"),
    ),
    "release.handed_over": (
        "send",
        _("%(who)s handed it to %(to)s on paper"),
        _("%(who)s tried to hand it to %(to)s. It stayed here"),
    ),
    "link.made": (
        "send",
        _("%(who)s made a link to it for %(to)s"),
        _("%(who)s tried to make a link to it for %(to)s. Nothing was sent"),
    ),
    "link.opened": (
        "open",
        _("%(to)s read it by a link"),
        _("%(to)s tried to read it by a link. It stayed closed"),
    ),
}


@dataclass(frozen=True)
class Line:
    """One act: a sentence, the item it was about, and when."""

    icon: str
    sentence: str
    item: KnownItem
    code: str
    at: datetime
    outside: bool


@dataclass(frozen=True)
class Seen:
    """Entries about a member's words, with all that is needed to write them as sentences.

    `items` are by the thing an entry is about: an item itself, an own answer about
    it, or what may hold several of them: a release, or one of the questions `asked`.
    """

    entries: list[Entry]
    items: dict[UUID, list[KnownItem]]
    releases: dict[UUID, Release]
    leading: list[Facilitation]
    asked: frozenset[UUID] = frozenset()

    def named(self) -> list[Named]:
        """Return the people and recipients that the sentences name."""
        actors = {entry.actor for entry in self.entries}
        staff = [one.user for one in self.leading if one.user_id in actors]
        to = [
            self.releases[entry.object_id].recipient
            for entry in self.entries
            if entry.object_id in self.releases
        ]
        return [*staff, *to]

    def told(self) -> Iterator[tuple[Entry, KnownItem]]:
        """Return each entry with each item it is about, as far as the member may know.

        What was decided about an item of a release stands in the entry that
        names it; that it stayed is told of words about this member alone.
        """
        for entry in self.entries:
            assert entry.object_id is not None
            release = self.releases.get(entry.object_id)
            by_name = release is not None or entry.object_id in self.asked
            by_name = by_name or entry.act == "copy.opened"  # the words may have been closed
            named = audit.ground_of(entry) if by_name else ()
            for item in self.items[entry.object_id]:
                if by_name and item.version.disclosure.code not in named:
                    continue
                withheld = entry.outcome == Outcome.WITHHOLD
                if release is None or not withheld or item.alone_in(release.pk):
                    yield entry, item


def seen_of(
    by: Actor,
    items: list[KnownItem],
    *,
    before: Place | None = None,
    limit: int = ON_A_PAGE,
    leading: Iterable[Facilitation] = (),
) -> Seen:
    """Return the newest acts about `items` that the actor may know of.

    `leading` says who leads or led the items' groups, where a page knows that already.
    """
    of_object: dict[UUID, list[KnownItem]] = {}
    releases: dict[UUID, Release] = {}
    matters = []
    for item in items:
        disclosure = item.version.disclosure_id
        # Who is concerned by this version alone learns nothing of the ones before.
        since = None if item.spoke else item.version.recorded_at
        matters.append(Matter(disclosure, since))
        matters += [Matter(asked) for asked in (*item.consents, *item.requests)]
        matters += [Matter(one.release.pk, withheld=one.alone) for one in item.tries]
        releases |= {one.release.pk: one.release for one in item.tries}
        several = {one.release.pk for one in item.tries} | item.requests
        for thing in (disclosure, *item.consents, *several):
            of_object.setdefault(thing, []).append(item)
    entries = audit.entries_about(
        by.practice,
        matters,
        acts=TOLD,
        reader=by.user,
        private=MEMBER,
        before=before,
        limit=limit,
    )
    known = list(leading)
    missing = {item.version.disclosure.group_id for item in items} - {o.group_id for o in known}
    if entries and missing:
        known += sessions.leaders_of(missing)
    requests = frozenset(request for item in items for request in item.requests)
    return Seen(entries, of_object, releases, known, requests)


def lines_of(seen: Seen, names: Names, practice: Practice) -> list[Line]:
    """Return the acts as sentences, newest first."""
    who = _people(seen, names, practice)
    return [_line(entry, item, seen, who, names) for entry, item in seen.told()]


def _line(
    entry: Entry, item: KnownItem, seen: Seen, who: dict[tuple[Any, Any], Any], names: Names
) -> Line:
    icon, done, withheld = TOLD[entry.act]
    release = seen.releases.get(entry.object_id) if entry.object_id else None
    facts = {
        "who": who.get(
            (item.version.disclosure.group_id, entry.actor), _("Somebody who works here")
        ),
        "to": names.get(release.recipient_id, release.recipient.code) if release else "",
    }
    sentence = withheld if entry.outcome == Outcome.WITHHOLD else done
    if entry.role == REPRESENTATIVE:
        sentence = _("Somebody who speaks for you read it")
    code = next(iter(item.consents.values()))
    return Line(icon, sentence % facts, item, code, entry.at, release is not None)


def _people(seen: Seen, names: Names, practice: Practice) -> dict[tuple[Any, Any], Any]:
    """Staff by first name and what they are to the member; by full name where two share one."""
    today = timezone.now().astimezone(practice.zone).date()
    full = {one.user_id: names.get(one.user_id, "") for one in seen.leading}
    first = {user: name.split(" ")[0] for user, name in full.items()}
    called: dict[tuple[Any, Any], Any] = {}
    for one in seen.leading:  # oldest first: a period that covers today has the last word
        name = first[one.user_id]
        if list(first.values()).count(name) > 1:
            name = full[one.user_id]
        place = (one.group_id, one.user_id)
        if not name:
            called[place] = _("Somebody who leads your group")
        elif one.covers(today):
            called[place] = _("%(name)s, who leads your group,") % {"name": name}
        else:
            called.setdefault(place, _("%(name)s, who led your group then,") % {"name": name})
    return called


def by_day(lines: Iterable[Line]) -> list[tuple[datetime, list[Line]]]:
    """Return lines under the local days they fall on."""
    days: dict[Any, list[Line]] = {}
    for line in lines:
        days.setdefault(timezone.localtime(line.at).date(), []).append(line)
    return [(group[0].at, group) for group in days.values()]


@require_GET
@door(MEMBER)
def who_saw(request: HouseRequest) -> HttpResponse:
    """Every reading and release of the member's own words; looking here is itself a line."""
    before = place_in(request.GET.get("before", ""))
    seen = seen_of(request.actor, queries.known_items(request.actor), before=before)
    named = seen.named()
    receipt = trail.receipt_for(request.actor, LOOKED, [thing.pk for thing in named])
    lines = lines_of(seen, open_names(named, receipt), request.practice)
    full = len(seen.entries) == ON_A_PAGE
    context = {
        "days": by_day(lines),
        "more": as_text(audit.end_of(seen.entries, before)) if full else None,
        "first": before is None,
        "told": queries.told_lately(request.actor, EVER) if before is None else [],
    }
    return render(request, "member/who_saw.html", context)
