"""Small pieces of pages: an icon, the chip of a state, the choice of language."""

from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

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
