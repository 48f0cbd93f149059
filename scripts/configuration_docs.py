"""Writes the tables of docs/configuration.md from the settings. `--check` only says whether they are current.

Everything outside the two marker comments is left as it is.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import tomlkit
from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from aggregator.config import outgoing, settings, source, values
from aggregator.config.written import written

FILE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
BEGIN = "<!-- The tables down to the end mark are made by scripts/configuration_docs.py. -->"
END = "<!-- End of the tables. -->"

TABLES: tuple[tuple[str, type[BaseModel], str], ...] = (
    ("[site]", settings.SiteSettings, "The site as readers see it. The table may be left out."),
    ("[fetch]", settings.FetchSettings, "How documents are fetched. The table may be left out."),
    ("[stories]", settings.StoriesSettings, "How reports are grouped ([stories.md](stories.md)). May be left out."),
    ("[digest]", settings.DigestSettings, "When a day's digest is closed. May be left out."),
    (
        "[store]",
        settings.StoreSettings,
        "How long things are kept ([deploy.md](deploy.md#what-is-kept)): items for ever, if nothing is said.",
    ),
    ("[[query]]", settings.QuerySettings, "A filter with a name: a page, feeds and digests at `/q/ID`."),
    (
        "[smtp]",
        outgoing.SmtpSettings,
        "The server that digests are mailed by ([mail.md](mail.md)).",
    ),
    ("[[mail]]", outgoing.MailSettings, "One table for each digest that is mailed ([mail.md](mail.md))."),
    (
        "[[webhook]]",
        outgoing.WebhookSettings,
        "One table for each address that stories are posted to ([mail.md](mail.md#webhooks)).",
    ),
    ("[[source]]", source.SourceSettings, "One table for each source. `id` and `url` are needed."),
    (
        "[source.selectors]",
        source.SelectorSettings,
        "Directly below a source of kind `json` or `html`, and only there.",
    ),
)
_SAID = {
    values.Duration: "length of time: `30s`, `15m`, `2h`, `1d`",
    values.Kept: "length of time: `30s`, `15m`, `2h`, `1d`, a day at least",
    values.Size: "size: `500kB`, `10MB`",
    values.Memory: "size: `500kB`, `10MB`",
    values.Title: "text",
    values.WebAddress: "web address, http or https",
    values.Slug: "small letters, digits and hyphens",
    values.Zone: "IANA time zone",
    outgoing.MailAddress: "mail address",
    outgoing.SecretPlace: "`env:VARIABLE` or `file:path`",
    outgoing.Host: "name or address",
    values.Filter: "filter, as in the site's addresses",
    source.SelectorSettings: "table, see below",
    str: "text",
    int: "whole number",
    bool: "`true` or `false`",
}


def tables() -> str:
    """What stands between the marks."""
    return "\n".join(_table(*one) for one in TABLES)


def _table(name: str, model: type[BaseModel], about: str) -> str:
    hints = get_type_hints(model, include_extras=True)
    rows = [_row(key, hints[key], info) for key, info in model.model_fields.items()]
    head = "| key | means | type | default | example |\n|---|---|---|---|---|\n"
    return f"### `{name}`\n\n{about}\n\n{head}" + "".join(rows)


def _row(name: str, hint: Any, info: FieldInfo) -> str:
    key = info.alias or name
    cells = (f"`{key}`", str(info.description), _type(hint, info), _default(info), _example(key, info))
    return "| " + " | ".join(cells) + " |\n"


def _type(hint: Any, info: FieldInfo) -> str:
    """A type in words. An annotation that is not listed above is a list, a choice or something that may be missing."""
    if hint in _SAID:
        bounds = {type(rule): rule for rule in info.metadata}
        span = f", {bounds[Ge].ge} to {bounds[Le].le}" if Ge in bounds and Le in bounds else ""
        return _SAID[hint] + span
    arguments = get_args(hint)
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(f"`{value}`" for value in arguments if value)
    if get_origin(hint) is tuple:
        kinds = {
            values.Network: "list of networks", outgoing.MailAddress: "list of mail addresses",
            values.Port: "list of whole numbers",
        }  # fmt: skip
        return kinds.get(arguments[0], "list of texts")
    return _type(arguments[0], info)


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "needed"
    value = written(info.default, info)
    return "–" if value in ("", None, []) else f"`{tomlkit.item(value).as_string()}`"


def _example(key: str, info: FieldInfo) -> str:
    example = info.examples[0] if info.examples else None
    return "–" if example is None else f"`{key} = {tomlkit.item(example).as_string()}`"


def with_tables(text: str) -> str:
    """A page with its tables made anew."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{rest.split(END)[1]}"


def main() -> int:
    before = FILE.read_text(encoding="utf-8")
    after = with_tables(before)
    if "--check" in sys.argv:
        print("current" if before == after else f"run: python scripts/{Path(__file__).name}")
        return int(before != after)
    FILE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
