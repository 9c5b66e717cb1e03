"""Whether what one member is shown, given or sent tells anything of another member.

`AboutOthers` opens everything of everybody once. Give it what goes to a member, as it
goes: a page, a file, a mail, an entry of a calendar. It looks for names, codes,
sign-in names, ids and words of every other member, except words of a version
that its speaker allowed to be shown to exactly this one.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from audit import trail
from audit.trail import Actor
from consent import queries as consents
from consent.models import Consent, PrivacyRequest, Recipient
from consent.queries import Standing, standing
from sessions_app.models import (
    Attendance,
    Disclosure,
    DisclosureVersion,
    GroupNote,
    Member,
    Membership,
    TherapyGroup,
)
from vault import services as vault
from vault.services import Sealed

RUN = 5  # so many words in a row are somebody's words
CODE = re.compile(r"\b[A-Z]-[0-9A-Z]{2,8}\b")
ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
SIGN_IN_NAME = re.compile(r"\b[a-z]+-[0-9]{4}\b")
TAGS = re.compile(r"<[^>]*>")
ATTRIBUTES = re.compile(r'="([^"]*)"')


@dataclass
class OfOne:
    """What belongs to one member: their names word by word, codes, ids and texts."""

    names: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)


@dataclass
class AboutOthers:
    """Everything of everybody in the house, opened for the test."""

    of: dict[UUID, OfOne]
    everybodys: set[str]
    texts: dict[UUID, str]
    versions: dict[UUID, DisclosureVersion]
    notes: list[str]

    @classmethod
    def in_this_house(cls) -> "AboutOthers":
        """Open every name and every text, as nobody in the house ever could."""
        members = list(Member.objects.select_related("user"))
        opened = _Opened()
        of = {one.pk: _of(one, opened) for one in members}
        versions = {
            one.pk: one
            for one in DisclosureVersion.objects.select_related(
                "disclosure__session", "disclosure__group"
            ).prefetch_related("subjects")
        }
        texts = opened.all(
            {pk: one.sealed_text(one.disclosure.group.practice_id) for pk, one in versions.items()}
        )
        group_notes = GroupNote.objects.select_related("session__group")
        notes = opened.all(
            {one.pk: one.sealed_text(one.session.group.practice_id) for one in group_notes}
        )
        staff = User.objects.filter(member=None)
        known = [*staff, *Recipient.objects.all(), *TherapyGroup.objects.all()]
        everybodys = set()
        for words in opened.all({one.pk: one.sealed_name for one in known}).values():
            everybodys |= set(re.findall(r"\w+", words))
        return cls(of, everybodys, texts, versions, list(notes.values()))

    def found_in(self, member: Member, shown: str | bytes) -> list[str]:
        """Return what `shown` tells this member of others; an archive is read file by file."""
        raw = _as_text(shown)
        text = _plain(raw)
        for passage in self.readable_to(member).values():
            text = text.replace(_plain(passage), " ")
        mine = self.of[member.pk]
        found = [f"code {one}" for one in set(CODE.findall(raw)) & self.codes_of_others(member)]
        ids = {one.replace("-", "") for one in ID.findall(raw)}
        found += [f"id {one}" for one in ids & self.ids_of_others(member)]
        codes = set(SIGN_IN_NAME.findall(raw)) & self.codes_of_others(member)
        found += [f"sign-in name {one}" for one in codes]
        words = set(re.findall(r"\w+", text))
        found += [f"name {one}" for one in words & self.names_of_others(member) - mine.names]
        found += [f"words “{' '.join(run)}”" for run in _runs(text) & self.runs_of_others(member)]
        return sorted(found)

    def needles(self, member: Member) -> int:
        """Return how many things are looked for."""
        return sum(
            len(of_others(member))
            for of_others in (
                self.codes_of_others,
                self.ids_of_others,
                self.names_of_others,
                self.runs_of_others,
            )
        )

    def names_of_others(self, member: Member) -> set[str]:
        others = set().union(*(one.names for pk, one in self.of.items() if pk != member.pk))
        return others - self.of[member.pk].names - self.everybodys

    def codes_of_others(self, member: Member) -> set[str]:
        others = set().union(*(one.codes for pk, one in self.of.items() if pk != member.pk))
        return others - self.of[member.pk].codes

    def ids_of_others(self, member: Member) -> set[str]:
        return set().union(*(one.ids for pk, one in self.of.items() if pk != member.pk))

    def runs_of_others(self, member: Member) -> set[tuple[str, ...]]:
        """Five words in a row of any text that is not this member's to read."""
        readable = self.readable_to(member)
        closed = set().union(*(_runs(note) for note in self.notes))
        for pk, version in self.versions.items():
            if pk not in readable and not _is_own(version, member):
                closed |= self.runs[pk]
        return closed - set().union(*(self.runs[pk] for pk in readable))

    def readable_to(self, member: Member) -> dict[UUID, str]:
        """Return the texts that may be shown to this member, worked out from the rows alone."""
        return {
            pk: self.texts[pk]
            for pk, version in self.versions.items()
            if _is_own(version, member) or self.is_shown(version, member)
        }

    def is_shown(self, version: DisclosureVersion, member: Member) -> bool:
        item = version.disclosure
        return (
            item.current_version == version.number
            and item.state == Disclosure.State.ASKED
            and any(subject.member_id == member.pk for subject in version.subjects.all())
            and version.pk in self.allowed_by_speaker
        )

    @cached_property
    def allowed_by_speaker(self) -> set[UUID]:
        now = timezone.now()
        return {
            one.version_id
            for member in Member.objects.all()
            for one in consents.own_consents(Actor(member.practice_id, member.user_id, "member"))
            if one.version.disclosure.speaker_id == member.pk
            and standing(one, now) is Standing.GRANTED
        }

    @cached_property
    def runs(self) -> dict[UUID, set[tuple[str, ...]]]:
        return {pk: _runs(text) for pk, text in self.texts.items()}


class _Opened:
    """Opens sealed values under a receipt of each practice's own."""

    def all(self, sealed: dict[UUID, Sealed]) -> dict[UUID, str]:
        kept = {pk: one for pk, one in sealed.items() if one.blob}
        by_practice: dict[UUID, list[UUID]] = {}
        for pk, one in kept.items():
            by_practice.setdefault(one.place.practice, []).append(pk)
        words: dict[UUID, str] = {}
        for practice, keys in by_practice.items():
            by = Actor(practice, trail.NOBODY, "test")
            values = [kept[key] for key in keys]
            receipt = trail.receipt_for(by, "test.read", [one.place.row for one in values])
            words |= dict(zip(keys, vault.open_all(values, receipt), strict=True))
        return words


def _of(member: Member, opened: _Opened) -> OfOne:
    named: list[str] = []
    for sealed in (member.sealed_name, *member.sealed_others.values()):
        named += opened.all({member.pk: sealed}).values()
    own = Consent.objects.filter(member=member)
    asked = PrivacyRequest.objects.filter(member=member)
    rows = [member.pk, member.user_id, *own.values_list("pk", flat=True)]
    for model in (Membership, Attendance):
        rows += model.objects.filter(member=member).values_list("pk", flat=True)
    return OfOne(
        names={word for name in named for word in re.findall(r"\w+", name)},
        codes={
            member.code,
            member.user.sign_in_name,
            *own.values_list("code", flat=True),
            *asked.values_list("code", flat=True),
        },
        ids={pk.hex for pk in rows},
    )


def _is_own(version: DisclosureVersion, member: Member) -> bool:
    return member.pk in (version.disclosure.speaker_id, version.disclosure.about_id)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1)}


def _plain(text: str) -> str:
    said = " ".join([TAGS.sub(" ", text), *ATTRIBUTES.findall(text)])
    return re.sub(r"\s+", " ", unescape(said)).strip()


def _as_text(shown: str | bytes) -> str:
    if isinstance(shown, str):
        return shown
    if not shown.startswith(b"PK"):
        return shown.decode()
    with zipfile.ZipFile(io.BytesIO(shown)) as package:
        return "\n".join(
            text for name in package.namelist() for text in _read(name, package.read(name).decode())
        )


def _read(name: str, told: str) -> Iterable[str]:
    if name.endswith(".json"):
        return _strings(json.loads(told))
    return [cell for row in csv.reader(io.StringIO(told)) for cell in row]


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if not isinstance(value, str):
            yield from _strings(inner)
