"""What makes an override believed: the MACs of request and approval, and the trail's word on each.

What denies needs no proof: an answer that ends a request, what a review found and
that it was given count as a row, and as an entry though its row is gone.
"""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from audit.entry import time_text
from audit.models import Entry, Outcome
from audit.queries import ground_of
from consent.evidence import canonical
from consent.models import HandOver, Involved, Override, OverrideAnswer, Release, ReviewOutcome
from consent.proofs import last_ground
from vault.services import Mac, holds

REQUESTED, APPROVED, RELEASED = "override.requested", "override.approved", "override.released"
DECLINED, DROPPED = "override.declined", "override.dropped"
REVIEWED, GIVEN = "review.closed", ("release.handed_over", "link.opened")
ENDS = (OverrideAnswer.Kind.DECLINED, OverrideAnswer.Kind.DROPPED, OverrideAnswer.Kind.REFUSED)


def told_of_request(override: Override, involved: Iterable[Involved]) -> str:
    """Return what the trail keeps of a request: all that it permits, ids and digests alone."""
    people = sorted(f"{one.member_id.hex}{'!' if one.sues else ''}" for one in involved)
    return ",".join(
        [
            override.basis,
            f"version={override.version_id.hex}",
            f"recipient={override.recipient_id.hex}",
            f"involved={'+'.join(people)}",
            f"facts={'+'.join(sorted(override.facts))}",
            f"urgent={int(override.urgent)}",
            f"names={int(override.names_version)}",
            f"rule={override.rule.hex if override.rule else ''}",
            f"tell={override.tell_by.isoformat() if override.tell_by else ''}",
            f"claim={hashlib.sha256(bytes(override.claim_sealed)).hexdigest()}",
            f"text={bytes(override.text_digest).hex()}",
        ]
    )


def told_of_approval(answer: OverrideAnswer) -> str:
    """Return what the trail keeps of a second person's yes."""
    return f"by={answer.by_id.hex}"


def told_of_release(release: Release) -> str:
    """Return what the trail keeps of the one release an override was used for."""
    return f"release={release.pk.hex}"


def request_message(override: Override, involved: Iterable[Involved]) -> bytes:
    """Return the bytes of a request that are authenticated."""
    return canonical(
        [override.pk.hex, override.practice_id.hex, told_of_request(override, involved)],
        [override.requested_by_id.hex, time_text(override.requested_at)],
    )


def approval_message(answer: OverrideAnswer) -> bytes:
    """Return the bytes of an approval that are authenticated."""
    return canonical(
        [answer.override_id.hex, answer.kind], [answer.by_id.hex, time_text(answer.at)]
    )


def is_believed(override: Override) -> bool:
    """Say whether a request is what this house wrote and its trail tells. Raises vault.Keyless."""
    involved = list(override.involved.all())
    mac = Mac(override.mac_key_id, bytes(override.mac))
    ground = last_ground(override.practice_id, override.pk, REQUESTED)
    told = told_of_request(override, involved).encode()
    return (
        ground is not None
        and ground.endswith(told)
        and holds(mac, request_message(override, involved))
    )


def believed_approval(override: Override) -> OverrideAnswer | None:
    """Return the second person's yes if it is one: authentic, told by the trail, another's."""
    answer = override.answers.filter(kind=OverrideAnswer.Kind.APPROVED).first()
    if answer is None or answer.by_id == override.requested_by_id:
        return None
    ground = last_ground(override.practice_id, override.pk, APPROVED)
    told = told_of_approval(answer).encode()
    if ground is None or not ground.endswith(told):
        return None
    mac = Mac(answer.mac_key_id, bytes(answer.mac))
    return answer if holds(mac, approval_message(answer)) else None


def is_ended(override: Override) -> bool:
    """Say whether a request was declined, dropped or refused: by a row, or by the trail alone."""
    told = Entry.objects.filter(
        Q(act__in=(DECLINED, DROPPED)) | Q(act=REQUESTED, outcome=Outcome.WITHHOLD),
        chain=override.practice_id,
        object_id=override.pk,
    )
    return override.answers.filter(kind__in=ENDS).exists() or told.exists()


def was_told_no(override: Override, item: UUID) -> bool:
    """Say whether somebody said no before to an emergency about this item: then nobody goes alone.

    A second person who declined an earlier request, or a review that found one not
    justified: whoever asks does not undo that alone. By a row, or by the trail alone.
    """
    earlier = Override.objects.filter(
        version__disclosure=item, requested_at__lt=override.requested_at
    ).exclude(pk=override.pk)
    rows = OverrideAnswer.objects.filter(override__in=earlier, kind=OverrideAnswer.Kind.DECLINED)
    told = Entry.objects.filter(
        chain=override.practice_id, object_id__in=earlier.values("pk"), act=DECLINED
    )
    return rows.exists() or told.exists() or any(map(found_not_justified, earlier))


def released_as(override: Override, release: Release) -> bool:
    """Say whether the trail tells that this very release used this override."""
    ground = last_ground(override.practice_id, override.pk, RELEASED, Outcome.PERMIT)
    return ground is not None and told_of_release(release).encode() in ground.split(b",")


def is_spent(release: Release, *, visiting: UUID | None = None) -> bool:
    """Say whether the one way out of an override's release was taken: handed over, or a link.

    `visiting` is the link whose short visit goes on.
    """
    links = release.links.filter(openings_used__gt=0)
    opened = links.exclude(pk=visiting) if visiting else links
    if HandOver.objects.filter(release=release).exists() or opened.exists():
        return True
    own = next((one.code for one in release.links.all() if one.pk == visiting), None)
    told = Entry.objects.filter(
        chain=release.practice_id, object_id=release.pk, act__in=GIVEN, outcome=Outcome.PERMIT
    )
    return any(own is None or own not in ground_of(one) for one in told)


def found_not_justified(override: Override) -> bool:
    """Say whether a review found that it should not have gone: by a row, or by the trail alone."""
    wrong = ReviewOutcome.Outcome.NOT_JUSTIFIED
    rows = ReviewOutcome.objects.filter(review__override=override, outcome=wrong)
    told = Entry.objects.filter(chain=override.practice_id, object_id=override.pk, act=REVIEWED)
    return rows.exists() or any(wrong in ground_of(one) for one in told)
