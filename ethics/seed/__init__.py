"""What every practice finds in its library from the first day: citations, rules, lines to call.

Plain facts in our own sentences, from docs/library.md's sources. `read` marks
what was read in a public source while this was written; the days were not
kept, so counsel has to refresh it before anybody leans on it. Everything else
is general knowledge and says so. A changed fact becomes a new version when it
is loaded (`ethics.services.library.load_library`).
"""

from ethics.seed.citations import CITATIONS
from ethics.seed.crisis import CRISIS_LINES
from ethics.seed.rules import RULES
from ethics.seed.shapes import Citation, CrisisLine, Rule

__all__ = ["CITATIONS", "CRISIS_LINES", "RULES", "Citation", "CrisisLine", "Rule"]
