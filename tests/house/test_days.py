"""Days and times are written as each language writes them, by forms that both have."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from groupcare.formats.en import formats as english
from groupcare.formats.es import formats as spanish

NOVEMBER = datetime(2026, 11, 3, 9, 5, 7, tzinfo=UTC)
FOR_MACHINES = {"c", "Y-m-d", "Ymd"}
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def written(form: str, language: str) -> str:
    with translation.override(language):
        return Template("{{ at|date:form }}").render(Context({"at": NOVEMBER, "form": form}))


@pytest.mark.parametrize(
    ("form", "in_english", "in_spanish"),
    [
        ("DATE_FORMAT", "3 November 2026", "3 de noviembre de 2026"),
        ("DATETIME_FORMAT", "3 November 2026, 09:05", "3 de noviembre de 2026, 09:05"),
        ("MONTH_DAY_FORMAT", "3 November", "3 de noviembre"),
        ("TIME_FORMAT", "09:05", "09:05"),
        ("LONG_DATE_FORMAT", "Tuesday 3 November 2026", "martes 3 de noviembre de 2026"),
        ("LONG_MONTH_DAY_FORMAT", "Tuesday 3 November", "martes 3 de noviembre"),
        (
            "LONG_DATETIME_FORMAT",
            "Tuesday 3 November 2026, 09:05",
            "martes 3 de noviembre de 2026, 09:05",
        ),
        ("EXACT_FORMAT", "3 Nov 2026, 09:05:07", "3 nov 2026, 09:05:07"),
    ],
    ids=lambda value: value if value.isupper() else "",
)
def test_a_day_as_each_language_writes_it(form, in_english, in_spanish):
    assert (written(form, "en"), written(form, "es")) == (in_english, in_spanish)


def test_templates_use_forms_that_both_languages_have():
    used = set()
    for file in TEMPLATES.rglob("*.html"):
        used |= set(re.findall(r"\|date:[\"']([^\"']*)[\"']", file.read_text()))
        assert not re.search(r"\|date(?!:)|\|time\b", file.read_text()), file
    assert used > FOR_MACHINES
    for form in used - FOR_MACHINES:
        assert hasattr(english, form) and hasattr(spanish, form), form
