"""What a code stands for in the trail: the ids of all that it is the code of, or is about."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from consent.models import (
    Consent,
    ConsentRequest,
    Override,
    PrivacyRequest,
    Release,
    ReleaseItem,
    ReleaseLink,
    WithheldItem,
)
from sessions_app.models import (
    BreachReport,
    Disclosure,
    DisclosureVersion,
    Membership,
    Subject,
    TherapyGroup,
)

Arm = QuerySet[Any, Any]


def named_by(groups: Iterable[UUID], codes: Collection[str]) -> dict[str, set[UUID]]:
    """Return for each code the ids of what it stands for in `groups`: one query for all of them.

    A member's code stands for the person, for the words that concern them, for
    questions, releases and emergencies of these words, and for their own permissions,
    requests and reports. Whether somebody was asked about words plays no part, whom they
    concern does: silence, a no and not being asked yet are found alike (R21). A
    code that nobody has, and one of another group, both stand for nothing.
    """
    within = list(groups)
    arms = [arm for letter, about in ABOUT.items() for arm in about(within, _of(letter, codes))]
    named = {code: set[UUID]() for code in codes}
    for code, pk in arms[0].union(*arms[1:]):
        named[code] |= {pk} - {None}
    return named


def members_of_permissions(consents: Collection[UUID]) -> dict[UUID, str]:
    """Return whose some permissions are, by the members' codes."""
    found = Consent.objects.filter(pk__in=consents)
    return dict(found.values_list("pk", "member__code"))


@dataclass
class Around:
    """What there is around one item: codes by row key, of a permission with its member's.

    By number of version, `versions` say when it was written and `concerned` whom it is about.
    """

    questions: dict[UUID, str] = field(default_factory=dict)
    consents: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    releases: dict[UUID, str] = field(default_factory=dict)
    links: dict[UUID, str] = field(default_factory=dict)
    overrides: dict[UUID, str] = field(default_factory=dict)
    versions: dict[int, datetime] = field(default_factory=dict)
    concerned: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def around(item: Disclosure) -> Around:
    """Return what there is around an item the caller found as somebody: one query, no words."""
    here = {"version__disclosure": item.pk}
    asked = ConsentRequest.objects.filter(versions__disclosure=item.pk)
    out, stayed = ReleaseItem.objects.filter(**here), WithheldItem.objects.filter(**here)
    versions = DisclosureVersion.objects.filter(disclosure=item.pk)
    rows = _told("versions", versions, member="subjects__member__code", version=True).union(
        _told("questions", asked, code="code"),
        _told("consents", Consent.objects.filter(**here), code="code", member="member__code"),
        _told("overrides", Override.objects.filter(**here), code="code"),
        *(_told("releases", one, "release", code="release__code") for one in (out, stayed)),
        *(
            _told("links", one, "release__links", code="release__links__code")
            for one in (out, stayed)
        ),
    )
    found = Around()
    for kind, pk, code, member, number, at in rows:
        if kind == "versions":
            found.versions[number] = at
            found.concerned[number] |= {member} - {None}
        elif kind == "consents":
            found.consents[pk] = (code, member)
        elif pk:
            getattr(found, kind)[pk] = code
    return found


def _told(
    kind: str,
    rows: QuerySet[Any],
    pk: str = "pk",
    *,
    code: str = "",
    member: str = "",
    version: bool = False,
) -> Arm:
    nothing, no_day = Value("", CharField()), Cast(Value(None), DateTimeField())
    return (
        rows.order_by()
        .annotate(
            told_kind=Value(kind, CharField()),
            told_code=F(code) if code else nothing,
            told_member=F(member) if member else nothing,
            told_number=F("number") if version else Value(0, IntegerField()),
            told_at=F("recorded_at") if version else no_day,
        )
        .values_list(
            "told_kind", pk, *(f"told_{one}" for one in ("code", "member", "number", "at"))
        )
    )


def _of(letter: str, codes: Iterable[str]) -> list[str]:
    return [code for code in codes if code.startswith(letter)]


def _group(groups: list[UUID], codes: list[str]) -> Iterable[Arm]:
    yield _pairs(TherapyGroup.objects.filter(pk__in=groups, code__in=codes), "code", "pk")


def _member(groups: list[UUID], codes: list[str]) -> Iterable[Arm]:
    own = {"member__code__in": codes}
    here = {"version__disclosure__group__in": groups}
    stints = Membership.objects.filter(**own, group__in=groups)
    for one in ("pk", "member", "member__user"):
        yield _pairs(stints, "member__code", one)
    words = Subject.objects.filter(**own, **here)
    yield _pairs(words, "member__code", "version__disclosure")
    yield _pairs(words, "member__code", "version__requests")
    yield _pairs(Consent.objects.filter(**own, **here), "member__code", "pk")
    code = "version__subjects__member__code"
    for rows in (ReleaseItem.objects, WithheldItem.objects):
        tried = rows.filter(**{f"{code}__in": codes}, **here)
        yield _pairs(tried, code, "release")
        yield _pairs(tried, code, "release__links")
    emergencies = Override.objects.filter(**{f"{code}__in": codes}, **here)
    yield _pairs(emergencies, code, "pk")
    yield _pairs(BreachReport.objects.filter(**own, group__in=groups), "member__code", "pk")
    asked = PrivacyRequest.objects.filter(**own, member__memberships__group__in=groups)
    yield _pairs(asked, "member__code", "pk")


def _item(groups: list[UUID], codes: list[str]) -> Iterable[Arm]:
    yield _pairs(Disclosure.objects.filter(code__in=codes, group__in=groups), "code", "pk")
    item = "version__disclosure"
    of_it = {f"{item}__code__in": codes, f"{item}__group__in": groups}
    about = Consent.objects.filter(**of_it)
    yield _pairs(about, f"{item}__code", "pk")
    asked = ConsentRequest.objects.filter(
        versions__disclosure__code__in=codes, versions__disclosure__group__in=groups
    )
    yield _pairs(asked, "versions__disclosure__code", "pk")
    for rows in (ReleaseItem.objects, WithheldItem.objects):
        tried = rows.filter(**of_it)
        yield _pairs(tried, f"{item}__code", "release")
        yield _pairs(tried, f"{item}__code", "release__links")
    yield _pairs(Override.objects.filter(**of_it), f"{item}__code", "pk")


def _question(groups: list[UUID], codes: list[str]) -> Iterable[Arm]:
    asked = ConsentRequest.objects.filter(code__in=codes, versions__disclosure__group__in=groups)
    yield _pairs(asked, "code", "pk")
    yield _pairs(asked, "code", "consents")


def _consent(groups: list[UUID], codes: list[str]) -> Iterable[Arm]:
    own = Consent.objects.filter(code__in=codes, version__disclosure__group__in=groups)
    for one in ("pk", "request", "release_items__release", "release_items__release__links"):
        yield _pairs(own, "code", one)


def _release(groups: list[UUID], codes: list[str]) -> Iterable[Arm]:
    for rows in ("items", "withheld"):
        tried = Release.objects.filter(
            **{"code__in": codes, f"{rows}__version__disclosure__group__in": groups}
        )
        yield _pairs(tried, "code", "pk")
        yield _pairs(tried, "code", "links")
    without = Release.objects.filter(
        code__in=codes, items__override__version__disclosure__group__in=groups
    )
    yield _pairs(without, "code", "items__override")


def _override(groups: list[UUID], codes: list[str]) -> Iterable[Arm]:
    asked = Override.objects.filter(code__in=codes, version__disclosure__group__in=groups)
    for one in ("pk", "release_item__release", "release_item__release__links"):
        yield _pairs(asked, "code", one)


def _link(groups: list[UUID], codes: list[str]) -> Iterable[Arm]:
    links = ReleaseLink.objects.filter(
        code__in=codes, release__items__version__disclosure__group__in=groups
    )
    for one in ("pk", "release"):  # that it was made and read stands beside its release
        yield _pairs(links, "code", one)


def _request(groups: list[UUID], codes: list[str]) -> Iterable[Arm]:
    asked = PrivacyRequest.objects.filter(code__in=codes, member__memberships__group__in=groups)
    yield _pairs(asked, "code", "pk")


def _pairs(rows: QuerySet[Any], code: str, one: str) -> Arm:
    return rows.order_by().values_list(code, one)


ABOUT: dict[str, Callable[[list[UUID], list[str]], Iterable[Arm]]] = {
    "G": _group,
    "M": _member,
    "D": _item,
    "Q": _question,
    "C": _consent,
    "R": _release,
    "E": _override,
    "L": _link,
    "W": _request,
}
