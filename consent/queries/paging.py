"""A page of rows that have a code, newest first."""

import re
from typing import TypeVar

from django.db.models import QuerySet, Subquery

from consent.models import (
    Consent,
    ConsentRequest,
)

PAGE = 30
CODE = re.compile("[A-Z]-[0-9A-Z]{2,8}")
Row = TypeVar("Row", Consent, ConsentRequest)


def page_of(found: QuerySet[Row], before: str) -> list[Row]:
    """Return the next page of ordered rows after the one of code `before`; of all without one."""
    if CODE.fullmatch(before):
        place = found.filter(code=before).order_by().values("pk")[:1]
        found = found.filter(pk__lt=Subquery(place))
    return list(found[:PAGE])
