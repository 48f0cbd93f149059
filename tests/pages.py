"""The documentation, for tests of what it says."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def pages() -> dict[str, str]:
    """The text of every page by its path: the README, what stands beside it, and docs/."""
    found = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md"))]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in found}


def manual() -> str:
    """What a user reads, in one text."""
    return "\n".join(text for name, text in pages().items() if name == "README.md" or name.startswith("docs/"))
