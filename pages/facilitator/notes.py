"""The notes of an evening on one page: the group's, and one for each who was there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from audit.trail import Look
from pages.facilitator.drafts import ADDED, draft_place, item_place, texts_of_notes
from pages.facilitator.forms import seen_as
from pages.facilitator.groups import facilitator
from pages.facilitator.guard import GUARD, Box, answers_in, guard_box, guard_with, kept_answers
from pages.facilitator.phrases import PHRASES, prepared, with_phrases
from pages.shared.access import HouseRequest, only_of
from pages.shared.keeping import keeps
from pages.shared.names import Wanted, known_names, open_wanted
from pages.shared.sentences import first_sentence, sentence
from sessions_app import queries
from sessions_app.guarding import Answer, Choice, Guard, NamesFound, wording
from sessions_app.models import (
    Attendance,
    Disclosure,
    DisclosureVersion,
    GroupNote,
    GroupSession,
    Member,
)
from sessions_app.rules import Problem, Rejected
from sessions_app.services.drafts import drop_drafts, keep_draft
from sessions_app.services.notes import (
    sign_group_note,
    sign_progress_note,
    write_group_note,
    write_progress_note,
)
from vault import services as vault

GROUP = "group"


@dataclass
class Part:
    """One text of the evening, as it stands in the form."""

    key: str
    name: str
    member: UUID | None
    note: GroupNote | Disclosure | None
    seen: int
    beginning: str = ""
    text: str = ""
    saved_text: str = ""
    draft_of: datetime | None = None
    phrases: list[str] | None = None
    guard: Box | None = None
    theirs: str | None = None
    problem: str = ""
    saved: bool = False

    @property
    def code(self) -> str:
        return self.note.code if isinstance(self.note, Disclosure) else ""

    @property
    def signed(self) -> bool:
        return bool(self.note and _is_signed(self.note))

    @property
    def begun(self) -> bool:
        """Say whether there is more than the house prepared by itself."""
        return bool(self.text.strip()) and self.text.strip() != self.beginning.strip()


class Evening:
    """A session with everything that is written about it, for the one who writes."""

    def __init__(self, request: HouseRequest, session_id: UUID) -> None:
        self.request, self.by = request, request.actor
        self.session: GroupSession = queries.own_session(self.by, session_id)
        self.marks: list[Attendance] = list(queries.attendance_of(self.session))
        around = self._around()
        self._check_offered(around)
        self.group_note = queries.group_note_of(self.session)
        self.notes = queries.progress_notes_of(self.by, self.session)
        waiting = [_version_of(note) for note in self._unsigned()]
        self.answers = queries.name_marks_of(waiting)
        places = [draft_place(session_id, key) for key in (GROUP, *self._members())]
        self.drafts = queries.drafts_at(self.by, places)
        self.names, self.roster = known_names(
            self.by, self.session.group, around, *self._wanted(waiting)
        )
        self.parts = [self._part_of_group(), *self._parts_of_members()]
        self._put_texts()

    def _unsigned(self) -> list[GroupNote | Disclosure]:
        written = [self.group_note, *self.notes.values()]
        return [note for note in written if note and not _is_signed(note)]

    def _members(self) -> list[str]:
        return [str(mark.member_id) for mark in self.marks]

    def _around(self) -> list[Member]:
        """Whoever a saved text may name; a page that is only looked at needs those it shows."""
        if self.request.method == "POST":
            return queries.roster_of(self.session, self.marks)
        return [mark.member for mark in self.marks]

    def _wanted(self, waiting: list[GroupNote | DisclosureVersion]) -> list[Wanted]:
        """Saved texts that can still change, answers about names, drafts: one entry lists them."""
        practice = self.by.practice
        sealed = {one.pk: one.sealed_text(practice) for one in waiting}
        sealed |= {mark.pk: mark.sealed_reason(practice) for mark in self.answers}
        sealed |= {draft.pk: draft.sealed_text for draft in self.drafts}
        return [Wanted(self._look(sealed), sealed)] if sealed else []

    def _look(self, ids: Iterable[UUID]) -> Look:
        group = self.session.group
        return Look(
            "notes.opened",
            frozenset(ids),
            object_id=self.session.pk,
            code=group.code,
            group=group.pk,
        )

    def _part_of_group(self) -> Part:
        note = self.group_note
        return Part(GROUP, _("Group note"), None, note, note.revision if note else 0)

    def _parts_of_members(self) -> list[Part]:
        parts = []
        for mark in sorted(self.marks, key=lambda one: self.names[one.member_id]):
            note = self.notes.get(mark.member_id)
            if not (mark.was_there or note):
                continue
            beginning = prepared(self.session, mark)
            seen = note.current_version if note else 0
            parts.append(
                Part(
                    str(mark.member_id),
                    self.names[mark.member_id],
                    mark.member_id,
                    note,
                    seen,
                    beginning=beginning,
                    text="" if note else beginning,
                )
            )
        return parts

    def _put_texts(self) -> None:
        """Put saved texts and drafts into the fields."""
        drafts = {draft.place: draft for draft in self.drafts}
        for part in self.parts:
            if part.note and not part.signed:
                part.text = part.saved_text = self.names[_version_of(part.note).pk]
                part.guard = self._earlier_answers(part)
            draft = drafts.get(draft_place(self.session.pk, part.key))
            if draft and self.names[draft.pk] != part.text:
                if part.note and not part.signed and _written_at(part.note) > draft.kept_at:
                    part.theirs = part.text
                part.text, part.draft_of = self.names[draft.pk], draft.kept_at

    def _earlier_answers(self, part: Part) -> Box | None:
        assert part.note
        of = _version_of(part.note).pk
        answers = {
            wording(part.text[mark.start : mark.end]): Answer(
                Choice.SOMEBODY_ELSE, reason=self.names[mark.pk]
            )
            for mark in self.answers
            if of in (mark.version_id, mark.group_note_id)
        }
        return kept_answers(part.key, answers) if answers else None

    def take(self, part: Part) -> None:
        """Take what the form holds for one text."""
        post = self.request.POST
        part.phrases = post.getlist(f"phrases-{part.key}")
        typed = post.get(f"text-{part.key}", part.text).replace("\r\n", "\n")
        part.text = with_phrases(typed, part.phrases)
        seen = post.get(f"seen-{part.key}", "")
        part.seen = seen_as(seen)

    def _check_offered(self, members: Iterable[Member]) -> None:
        """Raise Http404 if the form writes about anybody else; nothing is opened or saved.

        Whoever went off the list meanwhile is still around.
        """
        around = {GROUP, *(str(one.pk) for one in members)}
        for beginning in ("text-", "seen-", "phrases-"):
            only_of(self.request.POST, beginning, around)
        guards = tuple(f"{GUARD}{key}-" for key in around)
        if any(one.startswith(GUARD) and not one.startswith(guards) for one in self.request.POST):
            raise Http404

    def guard(self, part: Part) -> Guard:
        answers = answers_in(self.request.POST, part.key)
        return guard_with(self.roster, answers)

    def save(self, part: Part, *, sign: bool) -> bool:
        """Save one text, and sign it; on a problem the part says what it is, and keeps the text."""
        try:
            guard = self.guard(part)
            if part.member is None:
                self._save_group_note(part, guard, sign)
            else:
                self._save_progress_note(part, guard, sign)
        except NamesFound as found:
            part.text, part.problem = (
                found.reading.text,
                first_sentence(found),
            )
            part.guard = guard_box(
                part.key, found.reading, self.names, guard.answers, may_concern=False
            )
            return False
        except Rejected as rejected:
            field, problem = next(iter(rejected.problems.items()))
            part.problem = str(sentence(field, problem))
            if problem is Problem.CHANGED_MEANWHILE:
                self._show_theirs(part)
            return False
        part.phrases, part.saved, part.guard = None, True, None
        return True

    def came_too_late(self, part: Part) -> bool:
        """Say of a signed note whether the form holds another text; that waits as an addition."""
        assert part.note
        known = {part.member} if part.member else set()
        read = self.guard(part).read(part.text, known=known, may_concern=False).text
        if not part.begun or vault.fingerprint(read, owner=part.note.pk) in _digests(part.note):
            part.text, part.draft_of = "", None
            return False
        problem = Problem.SIGNED_ALREADY
        place = item_place(part.code) if part.code else draft_place(self.session.pk, ADDED)
        try:
            keep_draft(by=self.by, place=place, text=part.text)
        except Rejected:
            problem = Problem.TOO_LONG
        part.problem, part.draft_of = str(sentence("text", problem)), None
        return True

    def _save_group_note(self, part: Part, guard: Guard, sign: bool) -> None:
        note = write_group_note(
            by=self.by, session=self.session, text=part.text, seen=part.seen, guard=guard
        )
        self._saved(part, note, note.revision, guard)
        if sign:
            part.note = sign_group_note(
                by=self.by, session=self.session, seen=part.seen, text=part.text, guard=guard
            )

    def _save_progress_note(self, part: Part, guard: Guard, sign: bool) -> None:
        assert part.member
        note = write_progress_note(
            by=self.by,
            session=self.session,
            member=part.member,
            text=part.text,
            seen=part.seen,
            guard=guard,
        )
        self._saved(part, note, note.current_version, guard)
        if sign:
            part.note = sign_progress_note(
                by=self.by, code=note.code, seen=part.seen, text=part.text, guard=guard
            )

    def _saved(self, part: Part, note: GroupNote | Disclosure, seen: int, guard: Guard) -> None:
        known = {part.member} if part.member else set()
        part.text = guard.read(part.text, known=known, may_concern=False).text
        part.note, part.seen = note, seen

    def _show_theirs(self, part: Part) -> None:
        """Open what a colleague saved meanwhile, to stand beside what was typed here."""
        fresh = Evening(self.request, self.session.pk)
        now = next(one for one in fresh.parts if one.key == part.key)
        if now.note:
            part.theirs = now.saved_text or fresh.signed_text(now.note)
            part.note, part.seen = now.note, now.seen

    def signed_text(self, note: GroupNote | Disclosure) -> str:
        """Open a note that a colleague signed meanwhile."""
        version = _version_of(note)
        wanted = Wanted(
            self._look([version.pk]), {version.pk: version.sealed_text(self.by.practice)}
        )
        return open_wanted(self.by, wanted)[version.pk]


def _is_signed(note: GroupNote | Disclosure) -> bool:
    if isinstance(note, Disclosure):
        return note.state != Disclosure.State.DRAFT
    return note.signed


def _version_of(note: GroupNote | Disclosure) -> DisclosureVersion | GroupNote:
    return note if isinstance(note, GroupNote) else queries.current_version(note)


def _digests(note: GroupNote | Disclosure) -> set[bytes]:
    """Every text that was ever in force: a form may be older than an addition."""
    texts = note.versions.all() if isinstance(note, Disclosure) else [note]
    return {bytes(text.digest) for text in texts}


def _written_at(note: GroupNote | Disclosure) -> datetime:
    written = _version_of(note)
    return written.written_at if isinstance(written, GroupNote) else written.recorded_at


@keeps(texts_of_notes)
@require_http_methods(["GET", "POST"])
@facilitator
def notes(request: HouseRequest, session_id: UUID) -> HttpResponse:
    """Write the notes of an evening; everything typed is kept as a draft meanwhile."""
    if request.method == "POST":
        return _save_all(request, session_id, sign=False)
    evening = Evening(request, session_id)
    return _page(request, evening)


@keeps(texts_of_notes)
@require_POST
@facilitator
def sign_notes(request: HouseRequest, session_id: UUID) -> HttpResponse:
    """Save and sign every note that is begun; what names somebody waits for an answer."""
    return _save_all(request, session_id, sign=True)


def _save_all(request: HouseRequest, session_id: UUID, *, sign: bool) -> HttpResponse:
    evening = Evening(request, session_id)
    wrong: list[Part] = []
    done: list[Part] = []
    settled: list[Part] = []
    for part in evening.parts:
        evening.guard(part)  # an answer that was not offered is refused before anything is saved
    for part in evening.parts:
        if f"text-{part.key}" not in request.POST:
            continue  # somebody came to the list after the form was drawn
        evening.take(part)
        unchanged = part.note and part.text == part.saved_text
        if part.signed:
            (wrong if evening.came_too_late(part) else settled).append(part)
        elif not part.begun or (unchanged and not sign):
            settled.append(part)
        else:
            (done if evening.save(part, sign=sign) else wrong).append(part)
    over = [*done, *settled, *(part for part in wrong if part.signed)]
    drop_drafts(by=request.actor, places=[draft_place(session_id, part.key) for part in over])
    if wrong:
        return _page(request, evening, wrong=wrong, done=done)
    _say(request, len(done), sign)
    return redirect("session", session_id=session_id)


def _say(request: HouseRequest, done: int, sign: bool) -> None:
    if sign:
        said = ngettext("%(n)s note signed.", "%(n)s notes signed.", done)
    else:
        said = ngettext("%(n)s note saved and sealed.", "%(n)s notes saved and sealed.", done)
    messages.success(request, said % {"n": done} if done else _("Nothing was changed."))


def _page(
    request: HouseRequest,
    evening: Evening,
    wrong: list[Part] | None = None,
    done: list[Part] | None = None,
) -> HttpResponse:
    context = {
        "session": evening.session,
        "group_name": evening.names[evening.session.group_id],
        "parts": evening.parts,
        "group_part": evening.parts[0],
        "member_parts": evening.parts[1:],
        "phrases": PHRASES.items(),
        "wrong": wrong or [],
        "done": done or [],
        "to_write": [part for part in evening.parts if not part.signed or part.draft_of],
    }
    return render(request, "facilitator/notes.html", context)
