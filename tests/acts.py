"""Which acts a supervisor finds in the trail of a group, and whether each can be filtered for."""

from django.db.models import Q

from audit.models import Entry
from audit.queries import AT_THE_DESK, LOOKED, OF_THE_HOUSE
from pages.supervisor.forms import OF_GROUPS


def acts_that_no_filter_offers() -> set[str]:
    """Return the acts of the entries made so far that stand in some group's trail all the same."""
    everybodys = Q(act__in=(LOOKED, AT_THE_DESK)) | Q(act__startswith=OF_THE_HOUSE)
    found = Entry.objects.filter(Q(group__isnull=False) | everybodys)
    return set(found.values_list("act", flat=True)) - set(OF_GROUPS)
