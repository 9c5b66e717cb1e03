"""The library: looking up, reading a version, a practice's own policies, and lines to call."""

from collections.abc import Callable, Sequence
from functools import wraps
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Role
from ethics import queries
from ethics.models import JurisdictionRule, PolicyReference
from ethics.queries import Cited
from ethics.services.crisis import (
    add_crisis_contact,
    change_crisis_contact,
    remove_crisis_contact,
)
from ethics.services.library import add_policy, change_policy, confirm_entry
from pages.shared.access import HouseRequest, View, door, roles_in
from pages.shared.keeping import draw, keeps_form
from pages.shared.library_forms import (
    PLACES,
    RULES,
    CrisisContactForm,
    LibraryForm,
    PolicyForm,
)
from pages.shared.names import staff_names
from pages.shared.sentences import first_sentence
from sessions_app.rules import Rejected

READERS = (Role.FACILITATOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
WRITERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


def door_of(roles: Sequence[Role]) -> Callable[[View], View]:
    """Let in whoever has one of the roles, and act as the first of them that they have."""

    def keep(view: View) -> View:
        @wraps(view)
        def entered(request: HouseRequest, *args: object, **kwargs: object) -> HttpResponse:
            held = [role for role in roles if role in roles_in(request)]
            return door(held[0] if held else roles[0])(view)(request, *args, **kwargs)

        return entered

    return keep


def address_of(url_name: str, **query: str) -> str:
    """Return where a page of another part of the house is; empty where there is none."""
    try:
        return f"{reverse(url_name)}?{urlencode(query)}"
    except NoReverseMatch:
        return ""


@require_GET
@door_of(READERS)
def library(request: HouseRequest) -> HttpResponse:
    """What binds here: own policies and the place's rules first, everything by looking it up."""
    form = LibraryForm(request.GET or None, here=request.practice.jurisdiction)
    asked = form.is_valid() and any(form.cleaned_data.values())
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "may_write": _may(request, WRITERS),
        "kinds": [(RULES, _("Rules of places")), *PolicyReference.Kind.choices],
        "lines": queries.crisis_contacts(request.practice),
    }
    if asked:
        context |= _found(request, **form.cleaned_data)
    else:
        context |= _at_first(request)
    return render(request, "library/library.html", context)


def _at_first(request: HouseRequest) -> dict[str, Any]:
    here = request.practice.jurisdiction
    policies = queries.references(request.actor, kind=PolicyReference.Kind.EMPLOYER_POLICY)
    return {"policies": policies, "rules": queries.rules(request.actor, place=here), "here": here}


def _found(request: HouseRequest, q: str, kind: str, place: str) -> dict[str, Any]:
    by = request.actor
    rules, references = list[JurisdictionRule](), list[PolicyReference]()
    if kind in ("", RULES):
        rules = queries.rules(by, place=place, words=q)
    if kind != RULES:
        references = queries.references(by, kind=kind, place=place, words=q)
    groups = [
        (name, list(rows)) for name, rows in groupby(references, lambda r: r.get_kind_display())
    ]
    return {"groups": groups, "rules": rules, "many": len(references) + len(rules)}


@require_GET
@door_of(READERS)
def entry(request: HouseRequest, code: str, version: int | None = None) -> HttpResponse:
    """One citation, or one rule of a place, with how it stands and all its versions."""
    try:
        versions = queries.versions_of(request.actor, code)
    except PolicyReference.DoesNotExist:
        return _rule(request, code, version)
    told = _cited(request, versions, version)
    related = None
    if told.reference.relates_to:
        related = queries.versions_of(request.actor, told.reference.relates_to)[0]
    names = staff_names(
        request.actor,
        {one.written_by_id for one in versions if one.written_by_id} | queries.confirmers(versions),
    )
    context = {
        "told": told,
        "entry": told.reference,
        "place": _place(told.reference.jurisdiction),
        "versions": versions,
        "related": related,
        "written_by": names.get(told.reference.written_by_id),  # type: ignore[arg-type]
        "verified_by": names.get(told.reference.verified_by_id),  # type: ignore[call-overload]
        "may_write": told.reference.is_own and _may(request, WRITERS),
        "may_confirm": _may(request, [Role.SUPERVISOR]),
        "new_case": _may(request, [Role.FACILITATOR])
        and address_of("new_case", dilemma="POLICY_VS_ETHICS"),
    }
    return render(request, "library/entry.html", context)


def _cited(request: HouseRequest, versions: list[PolicyReference], version: int | None) -> Cited:
    """Return the version that was asked for, or the one in force, or the newest."""
    newest = queries.standings_of(request.actor, versions, versions[0].version)
    now = newest.now.version if newest.now and newest.now.code == newest.code else newest.version
    return queries.standings_of(request.actor, versions, version or now)


def _rule(request: HouseRequest, code: str, version: int | None) -> HttpResponse:
    versions = queries.versions_of_rule(request.actor, code)
    found = next((one for one in versions if version in (None, one.version)), None)
    if found is None:
        raise JurisdictionRule.DoesNotExist
    names = staff_names(request.actor, queries.confirmers(versions))
    context = {
        "entry": found,
        "place": _place(found.jurisdiction),
        "versions": versions,
        "newest": versions[0],
        "verified_by": names.get(found.verified_by_id),  # type: ignore[call-overload]
        "may_confirm": _may(request, [Role.SUPERVISOR]),
    }
    return render(request, "library/rule.html", context)


@require_POST
@door_of([Role.SUPERVISOR])
def confirm(request: HouseRequest, code: str, version: int) -> HttpResponse:
    """Note that a supervisor looked a version up today and found it so."""
    confirm_entry(by=request.actor, code=code, version=version)
    messages.success(request, _("Noted, with today’s date and your name."))
    return redirect("library_version", code=code, version=version)


@keeps_form(PolicyForm)
@require_http_methods(["GET", "POST"])
@door_of(WRITERS)
def new_policy(request: HouseRequest) -> HttpResponse:
    """Add a policy of the practice."""
    form = draw(request, PolicyForm, request.POST or None, beside=_beside(request))
    if form.is_valid():
        try:
            made = add_policy(by=request.actor, once=form.key, **_policy(form))
            messages.success(request, _("The policy is in the library."))
            return redirect("library_entry", code=made.code)
        except Rejected as rejected:
            form.reject(rejected)
    return render(request, "library/policy_form.html", {"form": form})


@keeps_form(PolicyForm)
@require_http_methods(["GET", "POST"])
@door_of(WRITERS)
def change(request: HouseRequest, code: str) -> HttpResponse:
    """Write the next version of an own policy; what stood there stays readable."""
    [latest, *_earlier] = queries.versions_of(request.actor, code)
    if not latest.is_own:
        raise PolicyReference.DoesNotExist
    initial = {
        name: getattr(latest, name)
        for name in ("title", "number", "says", "relates_to", "compared", "effective_until")
    }
    form = draw(
        request,
        PolicyForm,
        request.POST or None,
        beside=_beside(request, but=code),
        initial={**initial, "seen": latest.version},
    )
    theirs = None
    if form.is_valid():
        try:
            made = change_policy(
                by=request.actor,
                code=code,
                seen=form.cleaned_data["seen"] or 0,
                **_policy(form),
            )
            messages.success(request, _("A new version is in the library. The old one stays."))
            return redirect("library_version", code=code, version=made.version)
        except Rejected as rejected:
            form.reject(rejected)
            if form.cleaned_data["seen"] != latest.version:
                theirs = latest
                form.put("seen", str(latest.version))
    context = {"form": form, "latest": latest, "theirs": theirs}
    return render(request, "library/policy_form.html", context)


def _policy(form: PolicyForm) -> dict[str, Any]:
    names = ("title", "number", "says", "effective_from", "effective_until")
    return {name: form.cleaned_data[name] for name in (*names, "relates_to", "compared")}


def _beside(request: HouseRequest, but: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """What a policy can stand beside, by kind; never itself."""
    return [
        (kind, [(one.code, one.label) for one in cited if one.code != but])
        for kind, cited in queries.citations(request.actor)
        if any(one.code != but for one in cited)
    ]


def _may(request: HouseRequest, roles: Sequence[Role]) -> bool:
    return any(role in roles_in(request) for role in roles)


def _place(jurisdiction: str) -> str:
    return str(dict(PLACES).get(jurisdiction, jurisdiction))


@require_GET
@door_of(WRITERS)
def crisis(request: HouseRequest) -> HttpResponse:
    """The lines to call as members and staff see them, for those who may change them."""
    lines = queries.crisis_contacts(request.practice)
    return render(request, "library/crisis.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
@door_of(WRITERS)
def new_crisis(request: HouseRequest) -> HttpResponse:
    """Add a line to call."""
    form = CrisisContactForm(request.POST or None)
    if form.is_valid():
        try:
            add_crisis_contact(
                by=request.actor,
                name=form.cleaned_data["name"],
                call=form.cleaned_data["call"],
                how=form.cleaned_data["how"],
                once=form.key,
            )
            messages.success(request, _("Members and staff see it from now on."))
            return redirect("crisis_contacts")
        except Rejected as rejected:
            form.reject(rejected)
    context = {
        "form": form,
        "title": _("A line to call"),
        "back": "crisis_contacts",
        "button": _("Add"),
    }
    return render(request, "components/form_page.html", context)


@require_http_methods(["GET", "POST"])
@door_of(WRITERS)
def change_crisis(request: HouseRequest, code: str) -> HttpResponse:
    """Write a line anew for this practice."""
    line = queries.crisis_contact(request.practice, code)
    initial = {"name": line.name, "call": line.call, "how": line.how, "seen": line.version}
    form = CrisisContactForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            change_crisis_contact(
                by=request.actor,
                code=code,
                seen=form.cleaned_data["seen"] or 0,
                name=form.cleaned_data["name"],
                call=form.cleaned_data["call"],
                how=form.cleaned_data["how"],
            )
            messages.success(request, _("Members and staff see it from now on."))
            return redirect("crisis_contacts")
        except Rejected as rejected:
            form.reject(rejected)
    return render(request, "library/crisis_form.html", {"form": form, "line": line})


@require_POST
@door_of(WRITERS)
def remove_crisis(request: HouseRequest, code: str) -> HttpResponse:
    """Take a line off the pages of this practice."""
    try:
        remove_crisis_contact(by=request.actor, code=code)
        messages.success(request, _("Taken off."))
    except Rejected as rejected:
        messages.error(request, first_sentence(rejected))
    return redirect("crisis_contacts")
