"""aggregator config: what it prints says what the file says, and no password."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.config.load import parse
from aggregator.config.written import in_force
from tests.cli.command import run

FULL = """
[site]
title = 'A "wire", with quotes'
timezone = "Asia/Shanghai"
[fetch]
interval = "90s"
max_size = "1234567"
max_items = 2000000
allow_networks = ["127.0.0.0/8"]
[store]
keep_off = "30d"
[smtp]
host = "mail.example"
sender = "wire@mail.example"
user = "wire"
password = "env:WIRE_PASSWORD"
"""


@pytest.mark.parametrize("text", ["", FULL], ids=["empty", "full"])
def test_a_file_with_what_is_printed_says_the_same(text: str) -> None:
    config = parse(text, Path("feeds.toml"))
    again = parse(in_force(config), Path("feeds.toml"))
    for name in ("site", "fetch", "stories", "digest", "store", "smtp"):
        assert getattr(again, name) == getattr(config, name)


def test_what_the_file_leaves_out_is_marked() -> None:
    lines = in_force(parse(FULL, Path("feeds.toml"))).splitlines()
    assert 'interval = "90s"' in lines
    assert 'sender = "wire@mail.example"' in lines
    assert 'max_interval = "6h" # default' in lines


def test_no_password_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(FULL, encoding="utf-8")
    monkeypatch.setenv("AGGREGATOR_FEEDS", str(feeds))
    monkeypatch.setenv("AGGREGATOR_DATABASE_URL", "postgresql://wire:hidden-one@db.example/wire")
    monkeypatch.setenv("WIRE_PASSWORD", "hidden-two")
    printed = "\n".join(run("config").lines)
    assert "hidden" not in printed
    assert "postgresql://wire:***@db.example/wire" in printed
    assert 'password = "env:WIRE_PASSWORD"' in printed
    monkeypatch.setenv("AGGREGATOR_DATABASE_URL", "postgresql://db.example/wire?user=wire&password=hidden-one")
    printed = "\n".join(run("config").lines)
    assert "hidden" not in printed
    assert "# AGGREGATOR_DATABASE_URL: postgresql://db.example/wire?user=wire" in printed
