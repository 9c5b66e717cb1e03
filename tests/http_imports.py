"""Which modules below `pages/` import HTTP, read from the source."""

import ast
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
BELOW_PAGES = ("oversight", "ethics", "consent", "sessions_app", "accounts", "vault", "audit")
HTTP = (
    "django.http",
    "django.shortcuts",
    "django.template",
    "django.forms",
    "django.urls",
    "django.views",
)


def http_imports(root: Path) -> list[str]:
    """Return `file:line module` for every import of HTTP, templates or forms below pages/."""
    found = []
    for app in BELOW_PAGES:
        for file in sorted((root / app).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                for module in _modules(node):
                    if any(module == part or module.startswith(f"{part}.") for part in HTTP):
                        found.append(f"{file.relative_to(root)}:{node.lineno} {module}")
    return found


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
