"""What `make drills` runs, and what it reads from the output of a drill."""

from pathlib import Path

import pytest

from tests.drills.all import DRILLS, read_figures

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("line", "figures"),
    [
        (
            '{"database": "sqlite", "rounds": 2000, "violations": 0}\n',
            {"sqlite.rounds": 2000, "sqlite.violations": 0},
        ),
        ('{"cases": 10000}\n', {"cases": 10000}),
        ("planted=13 caught=13\n", {"planted": 13, "caught": 13}),
        ("decision_vs_bare_sql 1.21 (goal <= 1.5)\n", {"decision_vs_bare_sql": 1.21}),
        ("bare_us 812.4\n", {"bare_us": 812.4}),
        ("tests/consent/test_x.py .. [100%]\n", {}),
        ("4000 items written in 12 s\n", {}),
        ("1 passed in 20.1s\n", {}),
    ],
)
def test_a_line_is_read(line, figures):
    assert dict(read_figures(line)) == figures


def test_every_drill_of_this_folder_is_run():
    """One is a module that can be run, or a test that prints figures."""
    here = {
        file.stem
        for file in HERE.glob("*.py")
        if '__name__ == "__main__"' in (text := file.read_text()) or "GROUPCARE_DRILL" in text
    }
    run = {
        argument.split("/")[-1].removesuffix(".py").rpartition(".")[2] or argument
        for drill in DRILLS
        for argument in drill.arguments
    }
    assert here - {"all", "test_figures_read"} - run == set()
    assert {"passcodes", "test_restore", "races"} <= here
