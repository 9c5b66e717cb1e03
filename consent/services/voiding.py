"""Saying that an item was written in error: nobody it named finds it any more."""

from django.db import transaction

from audit import trail
from audit.trail import Actor
from consent.models import Consent
from consent.services.notifying import take_back_notices
from consent.shadow import close_version
from sessions_app.models import Disclosure
from sessions_app.queries import lock_with_what_came_of_it, own_item
from sessions_app.services.items import mark_in_error


def void_item(*, by: Actor, code: str) -> None:
    """Mark an item or a note as entered in error; doing it twice is once.

    It is hidden from every member at once, a wrongly named one too, is never
    released again (rule R10), and stays with those who wrote it; so is what was
    made from it (R51). Permissions stay in the ledger and cover nothing. Needs
    no key. Raises Disclosure.DoesNotExist.
    """
    item = own_item(by, code)
    with transaction.atomic(durable=True):
        taken = lock_with_what_came_of_it(item.pk)
        if own_item(by, code).state == Disclosure.State.ENTERED_IN_ERROR:
            return
        found = Disclosure.objects.filter(pk__in=taken).exclude(state__in=Disclosure.OUT)
        for one in found.order_by("pk"):
            mark_in_error(one)
            for version in one.versions.all():
                close_version(version)
            take_back_notices(Consent.objects.filter(version__disclosure=one))
            trail.append(by, "item.voided", object_id=one.pk, code=one.code, group=one.group_id)
