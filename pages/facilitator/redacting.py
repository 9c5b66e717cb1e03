"""Leaving somebody out of an item, and the second look at what is left."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent import queries as consents
from pages.facilitator.drafts import (
    ITEM,
    item_place,
    redaction_place,
    text_of_changed_redaction,
    text_of_redaction,
    typed_in,
    wanted_draft,
)
from pages.facilitator.forms import RedactForm
from pages.facilitator.groups import facilitator
from pages.facilitator.guard import (
    answers_in,
    guard_box,
    guard_with,
    kept_answers,
    marked_pieces,
)
from pages.facilitator.items import earlier_answers, words_and_reasons
from pages.facilitator.sessions import wanted_words
from pages.shared.access import HouseRequest
from pages.shared.keeping import keeps, keeps_form
from pages.shared.looks import CONFIRM, LookForm, look_form
from pages.shared.names import Names, known_names, open_wanted, wanted_roster
from sessions_app import queries
from sessions_app.guarding import NamesFound
from sessions_app.models import Disclosure
from sessions_app.name_guard import KnownAs
from sessions_app.rules import Problem, Rejected
from sessions_app.services.drafts import drop_drafts
from sessions_app.services.redacting import (
    derive_redacted_item,
    edit_redacted_item,
    sent_back_place,
)


@keeps(text_of_redaction)
@require_http_methods(["GET", "POST"])
@facilitator
def redact(request: HouseRequest, code: str) -> HttpResponse:
    """Make an item about fewer: the original beside a field with the words that stay."""
    original = queries.own_item(request.actor, code, subjects=False, kind=Disclosure.Kind.ITEM)
    return _Redaction(request, original).answer()


@keeps(text_of_changed_redaction)
@require_http_methods(["GET", "POST"])
@facilitator
def change(request: HouseRequest, code: str) -> HttpResponse:
    """Change a redacted item; that asks for another second look."""
    original, item = queries.own_redaction(request.actor, code)
    return _Redaction(request, original, item).answer()


class _Redaction:
    """An item, and the one that is made from it: about to be, or being changed."""

    def __init__(
        self, request: HouseRequest, original: Disclosure, item: Disclosure | None = None
    ) -> None:
        self.request, self.by = request, request.actor
        self.original, self.item = original, item
        self.place = item_place(item.code) if item else redaction_place(original.code)
        version = queries.current_version(item) if item else None
        self.members: list[Any] = queries.members_around(
            original.session, queries.current_version(original), version
        )
        self.names: Names = {}
        self.roster: list[KnownAs] = []
        self.extra: dict[str, Any] = {}

    def answer(self) -> HttpResponse:
        if self.request.method == "GET":
            return self._page(self._look())
        self.names, self.roster = known_names(self.by, self.original.group, self.members)
        form = self._form(self.request.POST)
        if form.is_valid():
            answers = answers_in(self.request.POST, ITEM)
            try:
                made = self._save(form, guard_with(self.roster, answers))
                drop_drafts(by=self.by, places=[self.place])
                messages.success(
                    self.request,
                    _("Saved and sealed. Somebody else looks at it before it can be asked about."),
                )
                return redirect("item", code=made.code)
            except NamesFound as found:
                self.extra["box"] = guard_box(
                    ITEM, found.reading, self.names, answers, may_concern=False
                )
                form.show(found.reading.text)
                form.reject(found)
            except Rejected as rejected:
                form.reject(rejected)
                if Problem.CHANGED_MEANWHILE in rejected.problems.values():
                    self._show_both(form)
        return self._page(form)

    def _look(self) -> RedactForm:
        """Open the item's words, or the redacted ones as they are, and what was typed since."""
        shown = self.item or self.original
        version = queries.current_version(shown)
        marks = queries.name_marks_of([version]) if self.item else []
        places = [self.place, *([sent_back_place(self.item)] if self.item else [])]
        drafts = {one.place: wanted_draft(one) for one in queries.drafts_at(self.by, places)}
        words = words_and_reasons(self.request, shown, marks)
        self.names, self.roster = known_names(
            self.by, self.original.group, self.members, words, *drafts.values()
        )
        if answers := earlier_answers(self.names[version.pk], marks, self.names):
            self.extra["box"] = kept_answers(ITEM, answers)
        typed, *sent_back = [
            typed_in(self.names, [drafts[place]] if place in drafts else []) for place in places
        ]
        self.extra |= {"typed": typed, "sent_back": "".join(sent_back)}
        chosen = [m.pk for m in self.members if m.stays] or [self.original.speaker_id]
        return self._form(
            None,
            {
                "text": typed or self.names[version.pk],
                "concerned": [str(member) for member in chosen],
                "seen_version": shown.current_version,
            },
        )

    def _form(self, data: Any, initial: dict[str, Any] | None = None) -> RedactForm:
        by_name = sorted((self.names[m.pk], m.pk) for m in self.members if m.concerned)
        return RedactForm(data, initial=initial, concerned=[(pk, name) for name, pk in by_name])

    def _save(self, form: RedactForm, guard: Any) -> Disclosure:
        more: dict[str, Any] = {
            "by": self.by,
            "seen_version": form.cleaned_data["seen_version"] or 0,
            "concerned": form.chosen_concerned(),
            "text": form.cleaned_data["text"],
            "guard": guard,
        }
        if self.item:
            return edit_redacted_item(code=self.item.code, **more)
        return derive_redacted_item(code=self.original.code, once=form.key, **more)

    def _show_both(self, form: RedactForm) -> None:
        """Show what was saved meanwhile; a changed original stands beside the field anyway."""
        if self.item:
            self.item = queries.own_item(self.by, self.item.code)
            words = open_wanted(self.by, wanted_words(self.request, self.item))
            self.extra["theirs"], self.extra["mine"] = next(iter(words.values())), form.data["text"]
        now = self.item or queries.own_item(self.by, self.original.code)
        form.show(form.data["text"], seen_version=now.current_version)

    def _page(self, form: RedactForm) -> HttpResponse:
        context = {
            "form": form,
            "item": self.item,
            "original": self.original,
            "session": self.original.session,
            **self._beside(form),
            **self.extra,
        }
        return render(self.request, "facilitator/redact.html", context)

    def _beside(self, form: RedactForm) -> dict[str, Any]:
        """The original with what may point at others; beside a change, what the change ends."""
        if self.item:
            return {"ends": consents.standing_grants(queries.current_version(self.item))}
        version = queries.current_version(self.original)
        if version.pk not in self.names:
            self.names |= open_wanted(self.by, wanted_words(self.request, self.original))
        chosen = form["concerned"].value() or []
        known = {member.pk for member in self.members if str(member.pk) in chosen}
        speaker = self.original.speaker_id
        return {
            "pieces": marked_pieces(self.names[version.pk], self.roster, known),
            "speaker": self.names[speaker] if speaker else "",
        }


@keeps_form(LookForm)
@require_http_methods(["GET", "POST"])
@facilitator
def second_look(request: HouseRequest, code: str) -> HttpResponse:
    """Look at redacted words, and on request at the item they were made from; say what one sees."""
    version = queries.looks_asked_of(request.actor).get(disclosure__code=code)
    item = version.disclosure
    assert item.redacted_from
    original = queries.own_item(request.actor, item.redacted_from.code, subjects=False)
    form, done = look_form(request, version)
    if done:
        said = _("Confirmed. It can be asked about now.")
        messages.success(request, said if done == CONFIRM else _("Sent back, with your reason."))
        return redirect("item", code=code)
    item.current = [version]
    before = queries.current_version(original)
    members: list[Any] = queries.members_around(item.session, before, version)
    wanted = [wanted_roster(item.session.group, members), wanted_words(request, item)]
    if request.method == "POST":
        wanted.append(wanted_words(request, original))
    names = open_wanted(request.actor, *wanted)
    context = {
        "form": form,
        "item": item,
        "original": original,
        "words": names[version.pk],
        "before": names.get(before.pk),
        "concerns": sorted(names[m.pk] for m in members if m.stays),
        "left_out": sorted(names[m.pk] for m in members if m.concerned and not m.stays),
    }
    return render(request, "facilitator/second_look.html", context)
