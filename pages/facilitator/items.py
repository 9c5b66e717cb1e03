"""Items: recording, reading, changing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from consent import queries as consents
from pages.facilitator.forms import ItemForm
from pages.facilitator.groups import facilitator
from pages.facilitator.sessions import item_card, wanted_words
from pages.shared.access import HouseRequest
from pages.shared.names import Names, Wanted, open_wanted, wanted_recipients, wanted_roster
from sessions_app import queries
from sessions_app.models import Attendance, Disclosure, GroupSession
from sessions_app.rules import Rejected
from sessions_app.services.items import edit_item, record_item


def names_in(
    request: HouseRequest, session: GroupSession, *also: Wanted
) -> tuple[list[Attendance], Names]:
    """Return a session's attendance, sorted by name, and the names on its roster.

    What a page wants besides is opened with them, and comes with them.
    """
    attendances = list(queries.attendance_of(session))
    roster = wanted_roster(session.group, [a.member for a in attendances])
    names = open_wanted(request.actor, roster, *also)
    return sorted(attendances, key=lambda a: names[a.member_id]), names


@require_http_methods(["GET", "POST"])
@facilitator
def new_item(request: HouseRequest, session_id: UUID) -> HttpResponse:
    """Write down what somebody said, and everybody it concerns."""
    session = queries.own_session(request.actor, session_id)
    attendances, names = names_in(request, session)
    form = ItemForm(
        request.POST or None,
        present=[(a.member_id, names[a.member_id]) for a in attendances if a.was_there],
        roster=[(a.member_id, names[a.member_id]) for a in attendances],
    )
    if form.is_valid():
        try:
            record_item(
                by=request.actor,
                session=session,
                speaker=UUID(form.cleaned_data["speaker"])
                if form.cleaned_data["speaker"]
                else None,
                concerned=[UUID(m) for m in form.cleaned_data["concerned"]],
                text=form.cleaned_data["text"],
                once=form.key,
            )
            messages.success(request, _("Item saved and sealed."))
            return redirect("session", session_id=session.pk)
        except Rejected as rejected:
            form.reject(rejected)
    return render(request, "facilitator/item_form.html", {"form": form, "session": session})


@require_http_methods(["GET", "POST"])
@facilitator
def edit(request: HouseRequest, code: str) -> HttpResponse:
    """Change an item's words or whom they concern: another version, asked about anew."""
    item = queries.own_item(request.actor, code)
    version = queries.current_version(item)
    words = [wanted_words(request, item)] if request.method == "GET" else []
    attendances, names = names_in(request, item.session, *words)
    roster = [
        (a.member_id, names[a.member_id]) for a in attendances if a.member_id != item.speaker_id
    ]
    initial = None
    if request.method == "GET":
        initial = {
            "text": names[version.pk],
            "concerned": [str(s.member_id) for s in version.subjects.all()],
            "seen_version": item.current_version,
        }
    form = ItemForm(
        request.POST or None,
        initial=initial,
        present=[],
        roster=roster,
        speaker=item.speaker_id is None,
    )
    if form.is_valid():
        try:
            edit_item(
                by=request.actor,
                code=code,
                seen_version=form.cleaned_data["seen_version"] or 0,
                concerned=[UUID(m) for m in form.cleaned_data["concerned"]],
                text=form.cleaned_data["text"],
            )
            messages.success(
                request, _("A new version is saved. Permissions for the old one ended.")
            )
            return redirect("item", code=code)
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "item": item,
        "session": item.session,
        "speaker": names[item.speaker_id] if item.speaker_id else "",
        "ends": consents.standing_grants(version),
    }
    return render(request, "facilitator/item_form.html", context)


@require_GET
@facilitator
def item(request: HouseRequest, code: str) -> HttpResponse:
    """An item, closed: who it concerns, what was asked, what can be done."""
    return _item_page(request, queries.own_item(request.actor, code))


@require_http_methods(["POST"])
@facilitator
def open_item(request: HouseRequest, code: str) -> HttpResponse:
    """The same page with the words, after the entry is committed."""
    return _item_page(request, queries.own_item(request.actor, code), opened=True)


def _item_page(request: HouseRequest, found: Disclosure, *, opened: bool = False) -> HttpResponse:
    version = queries.current_version(found)
    requests = consents.requests_about(version)
    wanted = [wanted_recipients(r.recipient for r in requests)]
    if opened:
        wanted.append(wanted_words(request, found))
    _attendances, names = names_in(request, found.session, *wanted)
    state = consents.item_states([version])[version.pk]
    context = {
        **item_card(found, names, state),
        "session": found.session,
        "group_name": names[found.group_id],
        "asked": [{"request": r, "recipient": names[r.recipient_id]} for r in requests],
    }
    return render(request, "facilitator/item.html", context)
