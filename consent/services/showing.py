"""Showing a member the words they are asked about: for another than the speaker, a release."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from audit import trail
from audit.entry import listed
from audit.trail import Actor, Receipt
from consent import queries
from consent.models import Consent
from sessions_app import queries as sessions
from sessions_app.models import DisclosureVersion
from sessions_app.queries import lock_disclosures
from vault import key_ring


@dataclass(frozen=True)
class ShownWords:
    """The version whose words a member may read now, and the receipt to open it with."""

    version: DisclosureVersion
    receipt: Receipt


def show_words(*, by: Actor, consent: Consent, also: Collection[UUID] = ()) -> ShownWords:
    """Decide under the item's lock that a member may read the words of a question, and note it.

    In the order of a release: who is shown the words of another is shown them
    before that one takes back, or not at all (rows 56-58). `consent` is one of
    the actor's own; `also` are the names that stand beside them. Raises
    Consent.DoesNotExist if it is not,
    DisclosureVersion.DoesNotExist (the words are closed), vault.Keyless before
    anything is written.
    """
    key_ring.current()
    if consent.member.user_id != by.user:
        raise Consent.DoesNotExist
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])
        version = queries.words_shown_to(by, consent)
        entry = trail.append(
            by,
            "question.opened",
            object_id=consent.pk,
            code=consent.code,
            group=version.disclosure.group_id,
            ids=listed([version.pk, *also]),
        )
    return ShownWords(version, trail.receipt_of(entry))


@dataclass(frozen=True)
class ShownTogether:
    """The versions a member may read now, by consent, and the receipt that opens all of it."""

    versions: dict[UUID, DisclosureVersion]
    receipt: Receipt


def show_together(
    *,
    by: Actor,
    consents: Collection[Consent],
    act: str,
    object_id: UUID,
    code: str,
    also: Collection[UUID] = (),
) -> ShownTogether:
    """Decide about several of the actor's own consents as `show_words` does, in one entry.

    What is closed is left out of the answer. `also` are rows of the actor's own
    that are opened with them, such as signatures. The entry's ground names the
    items whose words are shown. Raises Consent.DoesNotExist, vault.Keyless.
    """
    key_ring.current()
    if not consents or any(one.member.user_id != by.user for one in consents):
        raise Consent.DoesNotExist
    with transaction.atomic(durable=True):
        lock_disclosures({one.version.disclosure_id for one in consents})
        found = queries.all_words_shown_to(by, consents)
        entry = trail.append(
            by,
            act,
            object_id=object_id,
            code=code,
            group=next(iter(consents)).version.disclosure.group_id,
            ids=listed([*(version.pk for version in found.values()), *also]),
            ground=",".join(sorted(version.disclosure.code for version in found.values())),
        )
    return ShownTogether(found, trail.receipt_of(entry))


@dataclass(frozen=True)
class Change:
    """Words as they were asked about and as they are asked about now; closed ones are None."""

    before: DisclosureVersion | None
    now: DisclosureVersion | None
    receipt: Receipt


def show_change(*, by: Actor, before: Consent, now: Consent) -> Change:
    """Show how words were changed since somebody was asked, under the item's lock (R75).

    Both are the actor's own. What was there before is shown to whoever said it
    alone: for another the speaker's yes ended with those words. Raises
    Consent.DoesNotExist, vault.Keyless.
    """
    key_ring.current()
    item = now.version.disclosure_id
    if {before.member.user_id, now.member.user_id} != {by.user}:
        raise Consent.DoesNotExist
    with transaction.atomic(durable=True):
        lock_disclosures([item])
        shown = queries.all_words_shown_to(by, [now]).get(now.pk)
        earlier = sessions.own_earlier_words(by, before.version_id)
        found = [version.pk for version in (earlier, shown) if version]
        entry = trail.append(
            by,
            "question.opened",
            object_id=now.pk,
            code=now.code,
            group=now.version.disclosure.group_id,
            ids=listed(found),
        )
    return Change(earlier, shown, trail.receipt_of(entry))
