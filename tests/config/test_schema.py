"""The schema by which editors check feeds.toml: what `aggregator check` takes, it takes; plain mistakes, it marks."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from aggregator.config import values

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = json.loads((ROOT / "docs" / "feeds.schema.json").read_text(encoding="utf-8"))
SOURCE = '[[source]]\nid = "news"\nurl = "https://news.example/feed"\n'


def mistakes(text: str) -> list[str]:
    """Where an editor marks something."""
    found = jsonschema_rs.validator_for(SCHEMA).iter_errors(tomllib.loads(text))
    return [".".join(map(str, error.instance_path)) for error in found]


def test_the_schema_is_current() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "feeds_schema.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "current\n")


def test_it_fits_the_file_that_names_it() -> None:
    text = (ROOT / "feeds.toml").read_text(encoding="utf-8")
    assert text.startswith("#:schema docs/feeds.schema.json\n")
    assert mistakes(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[fetch]\ninterval = "soon"', "fetch.interval"),
        ('[fetch]\nintervall = "30m"', "fetch"),
        ('[fetch]\nmax_size = "much"', "fetch.max_size"),
        ("[fetch]\nper_host = 0", "fetch.per_host"),
        ('[site]\nurl = "ftp://wire.example"', "site.url"),
        ('[[source]]\nid = "news"', "source.0"),
        (SOURCE.replace('"news"', '"My news"'), "source.0.id"),
        (f'{SOURCE}kind = "rss"', "source.0.kind"),
        (f'{SOURCE}[source.selectors]\nitems = "li"', "source.0.selectors"),
        ('[[company]]\nslug = "acme"', "company.0"),
        ("[sites]", ""),
    ],
)
def test_plain_mistakes_are_marked_where_they_stand(text: str, place: str) -> None:
    assert place in mistakes(text)


def test_lengths_of_time_have_their_defaults_as_people_write_them() -> None:
    assert SCHEMA["$defs"]["FetchSettings"]["properties"]["interval"]["default"] == "30m"


@given(st.text("0123456789smhdMPT .-", max_size=6))
def test_every_length_of_time_that_is_taken_fits(value: str) -> None:
    try:
        TypeAdapter(values.Duration).validate_python(value)
    except ValidationError:
        return
    assert jsonschema_rs.is_valid(TypeAdapter(values.Duration).json_schema(), value)


@given(st.one_of(st.integers(1, 10**9), st.from_regex(r"[0-9]{1,4} ?([kKmMgG][bB])?", fullmatch=True)))
def test_every_size_that_is_taken_fits(value: str | int) -> None:
    try:
        TypeAdapter(values.Size).validate_python(value)
    except ValidationError:
        return
    assert jsonschema_rs.is_valid(TypeAdapter(values.Size).json_schema(), value)


@given(st.one_of(st.text(max_size=8), st.from_regex("https?://[a-z.]{1,9}", fullmatch=True)))
def test_every_address_and_id_that_is_taken_fits(value: str) -> None:
    for kind in (values.WebAddress, values.Slug):
        adapter: TypeAdapter[str] = TypeAdapter(kind)
        try:
            adapter.validate_python(value)
        except ValidationError:
            continue
        assert jsonschema_rs.is_valid(adapter.json_schema(), value)


def test_a_length_of_time_is_one() -> None:
    assert TypeAdapter(values.Duration).validate_python("30m") == timedelta(minutes=30)
