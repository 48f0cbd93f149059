"""notes/2026-11-24.md and notes/2026-W47.md, beside feeds.toml: what an editor says of a day or a week, signed."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.config.files import read_text_file
from aggregator.model import EditorsNote
from aggregator.text.html import plain, sanitise
from aggregator.text.language import detect
from aggregator.text.weeks import parse_week
from aggregator.tomlcheck import single_problem

if TYPE_CHECKING:
    from markdown_it.token import Token

FOLDER = "notes"
_SIGNATURE = re.compile(r"\s*(?:—+|–+|--+)\s*(?P<name>[^\s—–-].*?)\s*")


def note_files(path: Path) -> list[Path]:
    """The notes beside a feeds file."""
    found = (path.parent / FOLDER).glob("*.md")
    return sorted(file for file in found if not file.name.startswith(".") and file.is_file())


def load_notes(path: Path, address: str) -> dict[str, EditorsNote]:
    """The notes beside a feeds file, by the period of the digest that each is for; raises ConfigError. Links count from
    the site's address.
    """
    return {file.stem: _note(file, address) for file in note_files(path)}


def _note(file: Path, address: str) -> EditorsNote:
    name = f"{FOLDER}/{file.name}"
    if not (parse_week(file.stem) or _is_day(file.stem)):
        remedy = "call it like the digest that it is for: 2026-11-24.md, or 2026-W47.md"
        raise single_problem(name, 1, "it is called like no day and no week", remedy)
    *lines, last = read_text_file(file, name).rstrip().split("\n")
    signature = _SIGNATURE.fullmatch(last)
    if signature is None:
        raise single_problem(name, len(lines) + 1, "nobody has signed it", "end it with a line such as: — Ada Example")
    text = "\n".join(lines).strip()
    if not text:
        raise single_problem(name, 1, "it says nothing", "write a text before the signature, or take the file away")
    shown = _html(text, address)
    return EditorsNote(text, shown, signature["name"], detect(plain(shown)))


def _is_day(name: str) -> bool:
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def _html(text: str, base: str) -> str:
    from markdown_it import MarkdownIt  # most sites have no notes
    from markdown_it.renderer import RendererHTML

    class Renderer(RendererHTML):
        """Headings as what they are beside a digest's own, and pictures, which are not fetched, as their words."""

        def heading_open(self, *_: object) -> str:
            return "<p><strong>"

        def heading_close(self, *_: object) -> str:
            return "</strong></p>\n"

        def image(self, tokens: Sequence[Token], index: int, *_: object) -> str:
            return html.escape(tokens[index].content)

    made = MarkdownIt("commonmark", {"html": False}, renderer_cls=Renderer).render(text)
    return sanitise(made, base)
