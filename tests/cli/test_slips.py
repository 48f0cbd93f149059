"""Slips of the people who write files and commands: each is told in a sentence that says what to write instead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.cli.conftest import Files

SOURCE = '[[source]]\nid = "a"\nurl = "https://a.example/feed"\n'
ROWS = SOURCE + 'kind = "html"\n[source.selectors]\nitems = "div[["\ntitle = "a@title"\ndate = "link"\n'


def test_a_file_with_a_byte_order_mark_is_read(files: Files) -> None:
    files.write("\ufeff" + SOURCE)
    (files.folder / "corrections.toml").write_text("\ufeff", encoding="utf-8")
    assert run("check").code == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ROWS, "feeds.toml:6: a selector cannot be read: Malformed attribute selector at position 3; mend it"),
        (SOURCE + 'include = ["AI", "company/nope"]\n', "feeds.toml:4: no tag 'company/nope'"),
        (SOURCE + 'exclude = ["topic/nope"]\n', "feeds.toml:4: no tag 'topic/nope'"),
        ('[[query]]\nid = "q"\ntitle = "Q"\nfilter = "topic=chipz"\n', "feeds.toml:4: no tag topic/chipz"),
    ],
)
def test_check_finds_what_would_never_work(files: Files, text: str, told: str) -> None:
    files.write(text)
    outcome = run("check")
    assert outcome.code == 2
    assert told in outcome.err


def test_a_file_without_sources_says_how_to_add_one(files: Files) -> None:
    files.write("")
    assert "Add one with `aggregator add URL`." in run("check").out


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ('\ufeff{"title": "Baidu releases ERNIE 4.5"}', 0, "company/baidu"),
        ('{"title": "half \\ud800"}', 0, "half ?"),
        ('{"title": 5}', 2, "line 1 is no object with a title"),
        ('{"title": null}', 2, "line 1 is no object with a title"),
    ],
)
def test_texts_to_tag_are_read_or_told(text: str, code: int, told: str) -> None:
    outcome = run("tag", stdin=text.encode("utf-8", "surrogatepass"))
    assert (outcome.code, told in outcome.out + outcome.err) == (code, True)


def test_labels_that_nothing_can_earn_are_named(files: Files) -> None:
    labelled = files.folder / "labelled.jsonl"
    labelled.write_text('{"title": "a", "topics": ["nope", "policy"]}\n', encoding="utf-8")
    assert "topics that the taxonomy does not know: nope (1)" in run("eval", labelled).err
    labelled.write_text("", encoding="utf-8")
    for options in ([], ["--stories"]):
        outcome = run("eval", labelled, *options)
        assert (outcome.code, "has no texts" in outcome.err) == (2, True)


def test_a_day_that_has_not_come_has_no_digest(filled: Files) -> None:
    outcome = run("digest", "--day", "2099-01-01")
    assert (outcome.code, "2099-01-01 has not come yet" in outcome.err) == (2, True)


def test_a_full_disk_is_told_in_a_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(
            [sys.executable, "-m", "aggregator", "tag"], input='{"title": "a"}', stdout=full, stderr=subprocess.PIPE,
            text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}, check=False,
        )  # fmt: skip
    assert (told.returncode, told.stderr) == (1, "Error: the output cannot be written: No space left on device\n")
