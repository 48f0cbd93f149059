"""Brings the Chinese catalogue up to date with the program: new messages are added, those that are gone taken out.

A translation stays with its message word for word; a message that was changed is a new one. What is left to translate
is printed, and the exit code says whether there is any. Run as `make translations`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "web" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
METHODS = [("web/templates/**.html", "jinja2"), ("web/**.py", "python"), ("aggregator/**.py", "python")]
OPTIONS = {"web/templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2),
    "say": None, "to_say": None, "listed": None, "say_number": (1, 2),
}  # fmt: skip


def extracted() -> Catalog:
    """Every message of the program, with the files that it stands in."""
    found = Catalog(locale="zh")
    for file, _, message, _, _ in sorted(_messages(), key=lambda said: (said[0], said[1])):
        found.add(message, locations=[(file, 1)])
    return found


def _messages() -> Iterator[tuple[str, int, object, list[str], str | None]]:
    found = extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS, directory_filter=is_ours)
    for file, line, message, comments, context in found:
        if message:
            yield file, line, message, comments, context


def is_ours(folder: str) -> bool:
    """Which folders are looked into."""
    inside = Path(folder).relative_to(ROOT).parts
    return not inside or (inside[0] in ("web", "aggregator") and inside[-1] != "__pycache__")


def read() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh")


def merged(program: Catalog, translated: Catalog) -> Catalog:
    """The program's messages with the translations that there are."""
    for message in program:
        known = translated.get(message.id)
        if message.id and known:
            message.string = known.string
    return program


def untranslated(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id and (message.fuzzy or not _whole(message))]


def _whole(message: Message) -> bool:
    return bool(message.string) and (isinstance(message.string, str) or all(message.string))


def written(catalogue: Catalog) -> bytes:
    from io import BytesIO

    out = BytesIO()
    write_po(out, catalogue, width=118, include_lineno=False, omit_header=True, sort_by_file=True)
    return _HEADER + out.getvalue()


_HEADER = b"""# What the site says, in simplified Chinese. `make translations` adds what is new.
msgid ""
msgstr ""
"Language: zh\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def main() -> int:
    catalogue = merged(extracted(), read())
    CATALOGUE.write_bytes(written(catalogue))
    left = untranslated(catalogue)
    for message in left:
        print("to translate:", message.id)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
