"""Small pieces that pages share: icons, chips of states, pictures, days, the choice of language."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pages.shared.pictures import Picture
from pages.shared.sentences import OTHERS_PURPOSES
from pages.shared.stories import Story

register = template.Library()

STATE_WORDS = {
    "not-asked": _("Not asked"),
    "waiting": _("Waiting"),
    "granted": _("Allowed"),
    "declined": _("Not allowed"),
    "withdrawn": _("Taken back"),
    "expired": _("Ended"),
    "emergency": _("Emergency"),
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Return the picture `name` of icons.svg; a word always stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name
    )


@register.inclusion_tag("components/state.html")
def state(name: str, word: Any = "") -> dict[str, Any]:
    """Show a state as icon, word and colour together."""
    return {"name": name, "word": word or STATE_WORDS[name]}


@register.inclusion_tag("components/languages.html", takes_context=True)
def languages(context: template.Context) -> dict[str, Any]:
    """Show the languages there are, each named in itself, and come back to this page."""
    return {"languages": settings.LANGUAGES, "here": context["request"].get_full_path()}


@register.simple_tag
def local_day(at: datetime) -> str:
    """Return a local day as people say it: today, or its name, with the year if it is another."""
    day, today = timezone.localtime(at).date(), timezone.localdate()
    if day == today:
        return str(_("Today"))
    same_year = day.year == today.year
    return date_format(day, "LONG_MONTH_DAY_FORMAT" if same_year else "LONG_DATE_FORMAT")


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """Return an instant as a day and a time."""
    here = timezone.localtime(at)
    words = f"{local_day(at)}, {date_format(here, 'TIME_FORMAT')}"
    return format_html('<time datetime="{}">{}</time>', here.isoformat(), words)


@register.filter
def add_units(value: float, more: float) -> str:
    """Return a place in a drawing, moved by some units, as SVG writes it."""
    return f"{value + more:g}"


@register.filter
def of_whoever_spoke(purposes: Iterable[str]) -> list[Any]:
    """Return why words go out, for somebody they concern who did not say them."""
    return [OTHERS_PURPOSES[purpose] for purpose in purposes]


@register.inclusion_tag("components/lanes.html")
def lanes(picture: Picture, title: str, what: str, name: str = "picture") -> dict[str, Any]:
    """Draw states over time, wide and narrow, with the table that says the same.

    `title` is what the picture shows, `what` heads the table's first column,
    `name` tells several pictures of one page apart.
    """
    drawings = [
        {"of": picture.wide, "shown": "only-wide"},
        {"of": picture.narrow, "shown": "only-phone"},
    ]
    return {
        "picture": picture,
        "drawings": drawings,
        "title": title,
        "what": what,
        "name": name,
        "chips": STATE_WORDS,
    }


@register.inclusion_tag("components/story.html")
def story(picture: Story, title: str, key: list[tuple[str, str, Any]]) -> dict[str, Any]:
    """Draw what happened to one thing, wide and narrow; the table that says the same follows.

    `key` has shape, state and word of every mark that occurs.
    """
    drawings = [
        {"of": picture.wide, "shown": "only-wide"},
        {"of": picture.narrow, "shown": "only-phone"},
    ]
    states = {bar.state for row in picture.wide.rows for bar in row.bars}
    bars = [(state, word) for state, word in STATE_WORDS.items() if state in states]
    return {"drawings": drawings, "title": title, "key": key, "bars": bars}
