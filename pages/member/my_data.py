"""The member's own record, to take along: as a file, or to print."""

import csv
import io
import json
import zipfile
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.services import StepUpRefused
from consent.services.exporting import export_scope
from pages.member.package import Table, package_of
from pages.shared.access import MEMBER, HouseRequest, door
from pages.shared.views import ask_for_proof

member = door(MEMBER)
# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@require_http_methods(["GET", "POST"])
@member
def my_data(request: HouseRequest) -> HttpResponse:
    """What can be taken along; a POST goes and gives the password for it."""
    if request.method == "POST":
        what = _("To take along what is written about you.")
        return ask_for_proof(request, export_scope(request.actor), what, "export_data")
    return render(request, "member/my_data.html")


@require_http_methods(["GET", "POST"])
@member
def export(request: HouseRequest, step_up: UUID) -> HttpResponse:
    """Choose a file or a page to print; the check counts for one of them."""
    if request.method != "POST":
        return render(request, "member/export.html")
    try:
        tables = package_of(request, step_up)
    except StepUpRefused:
        return render(request, "member/export.html", {"over": True}, status=409)
    if "print" in request.POST:
        return render(request, "member/record.html", {"tables": tables})
    response = HttpResponse(zipped(tables), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return response


def zipped(tables: list[Table]) -> bytes:
    """Return all tables as one JSON file and a CSV file each, in a zip that never was on a disk."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        everything = {table.name: table.rows for table in tables}
        package.writestr("my-data.json", json.dumps(everything, ensure_ascii=False, indent=2))
        for table in tables:
            package.writestr(f"{table.name}.csv", as_csv(table))
    return out.getvalue()


def as_csv(table: Table) -> str:
    """Return a table as CSV that a spreadsheet opens as text alone."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows([neutral(row[name]) for name in table.columns] for row in table.rows)
    return out.getvalue()


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (CWE-1236)."""
    return f"'{cell}" if cell.startswith(FORMULA) or cell.lstrip().startswith(FORMULA) else cell
