"""What is wrong with a roster file, as sentences that say how to mend it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from sessions_app.roster_file import Column, Fault, RosterProblem

FAULTS: dict[Fault, Any] = {
    Fault.EMPTY: _("This file is empty. Choose one with a row for each person."),
    Fault.TOO_BIG: _("This file is larger than 256 KB. A list of 200 names is far smaller."),
    Fault.WORKBOOK: _(
        "This is a workbook, not a CSV file. "
        "Open it in your spreadsheet and save it as “CSV UTF-8”."
    ),
    Fault.UTF_16: _(
        "This file is in UTF-16. Open it in your spreadsheet and save it as “CSV UTF-8”."
    ),
    Fault.NOT_UTF_8: _(
        "Letters with accents in this file cannot be read. "
        "Open it in your spreadsheet and save it as “CSV UTF-8”."
    ),
    Fault.NUL: _(
        "This is not a file of text. Open it in your spreadsheet and save it as “CSV UTF-8”."
    ),
    Fault.OLD_LINE_ENDS: _(
        "The lines of this file end as on old Macintosh computers. "
        "Open it in your spreadsheet and save it as “CSV UTF-8”."
    ),
    Fault.TABS: _(
        "The columns of this file are parted by tabs. "
        "Save it as “CSV UTF-8”, with commas or semicolons."
    ),
    Fault.QUOTE: _(
        "A quotation mark is opened and not closed, or stands alone. "
        "Close it, or save the file as “CSV UTF-8” once more."
    ),
    Fault.NO_HEADER: _(
        "The first row must name the columns: name, preferred name, also called, since."
    ),
    Fault.NO_NAME_COLUMN: _("One column must be called “name”."),
    Fault.UNKNOWN_COLUMN: _(
        "This column is not known here. "
        "Take it out, or call it name, preferred name, also called or since."
    ),
    Fault.COLUMN_TWICE: _("This column is there twice. Take one of the two out."),
    Fault.NO_ROWS: _("There is nobody in this file. Add a row for each person."),
    Fault.TOO_MANY_ROWS: _("There are more than 200 people in this file. Make two files of it."),
    Fault.TOO_MANY_CELLS: _(
        "This row has more cells than the first row. "
        "Put a name with a comma or semicolon in quotation marks."
    ),
    Fault.REQUIRED: _("Give a name, with at least one letter."),
    Fault.TOO_LONG: _("Give a name of at most 120 characters."),
    Fault.CONTROL_CHARACTER: _(
        "There is a character here that cannot be seen. Type the name again."
    ),
    Fault.FORMULA: _("A name does not begin with =, +, - or @. Type the name alone."),
    Fault.TWICE: _(
        "This name is in the file twice. Take one out; "
        "if they are two people, add what tells them apart."
    ),
    Fault.IN_THE_GROUP: _(
        "Somebody of this name is or was in the group. Take the row out; "
        "if it is somebody else, add what tells them apart."
    ),
    Fault.TOO_MANY_ALIASES: _("Give at most ten other names."),
    Fault.NOT_A_DAY: _("This is not a day. Write it as 2026-11-24."),
    Fault.UNCLEAR_DAY: _("Day and month could be mistaken here. Write the day as 2026-11-24."),
    Fault.DAY_TO_COME: _("This day is still to come. Give today or a day before."),
    Fault.DAY_TOO_EARLY: _("This day is before 1950. Write the year with four digits."),
}
COLUMNS: dict[str, Any] = {
    Column.NAME: _("Name"),
    Column.PREFERRED: _("Preferred name"),
    Column.ALIASES: _("Also called"),
    Column.SINCE: _("Since"),
}


def place_of(problem: RosterProblem) -> str:
    """Return where a problem stands, as a spreadsheet shows it; nothing for the whole file."""
    if not problem.number:
        return ""
    place = {"row": problem.number, "column": COLUMNS.get(problem.column, problem.column)}
    if problem.column:
        return str(_("Row %(row)s, %(column)s:") % place)
    return str(_("Row %(row)s:") % place)
