"""Questions and wishes about a member's own record: theirs, and those that wait for an answer."""

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from audit.trail import Actor
from consent.models import PrivacyRequest
from consent.queries.paging import PAGE
from sessions_app import queries as sessions
from sessions_app.models import Member, Membership


def own_privacy_requests(by: Actor) -> QuerySet[PrivacyRequest]:
    """Return what the actor asked about their own record, newest first."""
    own = PrivacyRequest.objects.filter(member__user_id=by.user, practice_id=by.practice)
    return own.select_related("member", "about", "answered_by").order_by("-pk")


def privacy_requests_for(by: Actor) -> QuerySet[PrivacyRequest]:
    """Return what members of the groups the actor reviews asked, what waits first, then newest.

    Somebody who left is still found; who was erased is not. Each with the `group`
    through which the actor may answer it.
    """
    reviewed = sessions.groups_supervised_by(by).order_by().values("pk")
    stints = Membership.objects.filter(member=OuterRef("member"), group__in=reviewed)
    through = Subquery(stints.order_by("pk").values("group")[:1])
    found = PrivacyRequest.objects.filter(
        Exists(stints), practice_id=by.practice, member__erased_at=None
    ).annotate(group=through)  # type: ignore[no-redef]
    return found.select_related("member", "about", "answered_by").order_by(
        F("answered_at").desc(nulls_first=True), "-pk"
    )


def page_of_privacy_requests(by: Actor) -> list[PrivacyRequest]:
    """Return the newest of them; what waits is never pushed off by what was answered."""
    return list(privacy_requests_for(by)[:PAGE])


def latest_stint(member: Member) -> Membership:
    """Return the stint that a member's own wish belongs to: an open one, or the last."""
    stints = Membership.objects.filter(member=member)
    return sessions.latest_first(stints).select_related("group")[:1].get()
