"""What `make drills` reads from the output of a drill."""

import pytest

from tests.drills.all import read_figures


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
