"""Looking at what went out without consent: by somebody else, exactly that, and once (R101)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from audit import trail
from audit.clock import database_now
from audit.entry import listed
from audit.ids import uuid7
from audit.models import Entry
from audit.trail import Actor, Receipt
from consent import queries
from consent.models import Notice, Review, Reviewer, ReviewOutcome
from consent.services.notifying import notify
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, VersionUserPermission
from sessions_app.queries import lock_disclosures
from sessions_app.rights import give, take
from sessions_app.rules import Problem, Rejected, check, reason_problems
from vault import services as vault

OPENED, CLOSED = "review.opened", "review.closed"
RIGHT = "review_version"


@dataclass(frozen=True)
class OpenedReview:
    """A review and the receipt to open the claim with: the released words stand there alone."""

    review: Review
    receipt: Receipt


def open_review(*, by: Actor, code: str) -> OpenedReview:
    """Note that a reviewer reads exactly what was released and why; return the receipt for it.

    The version's other words stay closed to them. Who came to review the group
    later gets the right with this. `code` is the override's. Raises Review.DoesNotExist
    for its own actor, for anybody else, once the review has ended, and of an item
    that is erased or out of use.
    """
    with transaction.atomic(durable=True):
        review = queries.reviews_open_to(by).get(override__code=code)
        lock_disclosures([review.override.version.disclosure_id])
        review = queries.reviews_open_to(by).get(override__code=code)
        override = review.override
        if override.version.disclosure.state in Disclosure.GONE:
            raise Review.DoesNotExist  # its words are read by nobody; the review can still end
        if override.version.disclosure.state not in Disclosure.OUT:
            Reviewer.objects.get_or_create(
                review=review, user_id=by.user, defaults={"at": database_now()}
            )
            give(VersionUserPermission, RIGHT, by.user, override.version)
        people = [one.member_id for one in override.involved.all()]
        ids = [override.pk, override.recipient_id, override.requested_by_id, *people]
        ids += [one.by_id for one in override.answers.all()]
        entry = _append(by, OPENED, review, ids=listed(ids))
    return OpenedReview(review, trail.receipt_of(entry))


def close_review(
    *,
    by: Actor,
    code: str,
    outcome: ReviewOutcome.Outcome,
    words: str = "",
    follow_up_on: date | None = None,
) -> ReviewOutcome:
    """Say what a review came to; from then on the text is closed to everybody who reviewed it.

    Only by somebody who has read what went out, while it can be read. A concern,
    or that it was not justified, needs words; they are sealed with the item's key.
    Not justified ends every opening that is left. Raises Rejected,
    Review.DoesNotExist, vault.Keyless.
    """
    problems: dict[str, Problem] = {}
    if outcome not in ReviewOutcome.Outcome.values:
        problems["outcome"] = Problem.UNKNOWN
    if words.strip() or outcome != ReviewOutcome.Outcome.UPHELD:
        problems |= reason_problems(words, "words")
    if follow_up_on and follow_up_on < sessions.today_in(by.practice):
        problems["follow_up_on"] = Problem.PAST
    check(problems)
    review = queries.reviews_open_to(by).get(override__code=code)
    item = review.override.version.disclosure
    said = ReviewOutcome(pk=uuid7(), review=review, outcome=outcome, by_id=by.user)
    said.follow_up_on = follow_up_on
    if words.strip() and item.state != Disclosure.State.ERASED:
        place = said.words_place(by.practice)
        said.words_sealed = vault.seal_text(words.strip(), place, owner=item.pk)
    with transaction.atomic(durable=True):
        lock_disclosures([item.pk])
        review = queries.reviews_open_to(by).get(override__code=code)
        if not _has_read(by, review):
            raise Rejected({"outcome": Problem.NOT_READ})
        said.at = database_now()
        said.save(force_insert=True)
        _end_rights(review)
        notify([review.override.requested_by_id], Notice.Kind.REVIEWED, review.override_id)
        _append(by, CLOSED, review, told=outcome)
    return said


def _has_read(by: Actor, review: Review) -> bool:
    """Say whether the actor opened what went out; of what is erased nothing opens any more."""
    if review.override.version.disclosure.state in Disclosure.GONE:
        return True
    opened = Entry.objects.filter(chain=by.practice, object_id=review.override_id, act=OPENED)
    return opened.filter(actor=by.user).exists()


def _end_rights(review: Review) -> None:
    """Take the right of everybody who had it for this review, unless another one still needs it."""
    version = review.override.version_id
    for user in review.reviewers.values_list("user", flat=True):
        others = Reviewer.objects.filter(
            review__override__version=version, review__outcome=None, user=user
        )
        if not others.exclude(review=review).exists():
            take(VersionUserPermission, RIGHT, user, [version])


def _append(by: Actor, act: str, review: Review, *, ids: str = "", told: str = "") -> Entry:
    override = review.override
    item = override.version.disclosure
    return trail.append(
        by,
        act,
        object_id=override.pk,
        code=override.code,
        group=item.group_id,
        ids=ids,
        ground=",".join(filter(None, (item.code, told))),
    )
