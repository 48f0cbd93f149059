"""Slips of the people who write files and commands: each is told in a sentence that says what to write instead."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.bootstrap import Environment, Service
from aggregator.cli import digest
from aggregator.digests import day_of
from aggregator.errors import (
    AggregatorError,
    ConfigError,
    ParseError,
    Problem,
    QueryError,
    SecretError,
    StoreError,
)
from aggregator.store import digests, sources
from tests.cli.command import run
from tests.cli.conftest import Files
from tests.samples import make_item, store

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
        (
            SOURCE + 'include = ["model/claude-3-5-sonnet"]\n',
            "feeds.toml:4: no tag 'model/claude-3-5-sonnet'; write \"model/claude-sonnet-3-5\"",
        ),
        (SOURCE + 'exclude = ["topic/nope"]\n', "feeds.toml:4: no tag 'topic/nope'"),
        ('[[query]]\nid = "q"\ntitle = "Q"\nfilter = "topic=chipz"\n', "feeds.toml:4: no tag topic/chipz"),
        (
            '[[query]]\nid = "q"\ntitle = "Q"\nfilter = "company=zhipuai"\n',
            "feeds.toml:4: no tag company/zhipuai; write company=zhipu",
        ),
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
    files.write("")
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


@pytest.mark.parametrize("more", [(), ("--jsonl",)])
def test_a_reader_that_has_seen_enough_is_no_mistake(more: tuple[str, ...], tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.write_text('{"title": "Baidu releases ERNIE 4.5"}\n' * 2000, encoding="utf-8")
    command = [sys.executable, "-m", "aggregator", "tag", *more]
    with (
        texts.open() as given,
        subprocess.Popen(command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program,
    ):
        assert program.stdout
        assert program.stderr
        assert b"ERNIE" in program.stdout.readline()
        program.stdout.close()
        assert (program.wait(60), program.stderr.read()) == (0, b"")


def test_brackets_in_names_of_files_are_shown_as_they_are(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = files.folder / "x[old] [" / "b]"
    folder.mkdir(parents=True)
    feeds = folder / "[y]feeds.toml"
    feeds.write_text(SOURCE, encoding="utf-8")
    monkeypatch.setenv("AGGREGATOR_FEEDS", str(feeds))
    assert run("check").out.startswith(f"{feeds}: 1 sources")
    assert run("db", "prune").code == 1
    assert run("db", "upgrade").code == 0
    assert "under [store]" in run("db", "prune").out
    copy = folder / "copy.db"
    assert run("db", "backup", copy).out.startswith(f"{copy}: ")


def test_what_would_be_pruned_follows_an_edit_at_once(filled: Files) -> None:
    quiet = filled.feeds.read_text(encoding="utf-8").replace("[[source]]", "[[source]]\nenabled = false")
    filled.write(f'[store]\nkeep_off = "1d"\nkeep_adjacent = "1d"\nkeep_core = "1d"\n{quiet}')
    tried = run("db", "prune", "--dry-run")
    assert any(int(line.split()[-1]) for line in tried.lines[1:])


def test_a_fetch_refuses_what_a_check_refuses(files: Files) -> None:
    for mistake in ('tags = ["company/nope"]\n', 'region = "atlantis"\nclass = "official"\n'):
        files.write(SOURCE + mistake)
        checked, fetched = run("check"), run("fetch")
        assert (fetched.code, fetched.err) == (checked.code, checked.err)
        assert fetched.code == 2


@pytest.mark.parametrize("error", [
    ConfigError((Problem("feeds.toml", 7, "no", "yes"),)), QueryError("q", "why"), SecretError("no secret", "write it"),
    ParseError("no feed"), StoreError("no room"),
])  # fmt: skip
def test_an_error_of_a_child_process_says_the_same(error: AggregatorError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_a_file_that_was_named_by_mistake_prunes_nothing(filled: Files) -> None:
    items = run("items", "--jsonl").out
    filled.write(f'[store]\nkeep_off = "1d"\nkeep_adjacent = "1d"\nkeep_core = "1d"\n{SOURCE}')
    service = Service(Environment.read(filled.environment))
    there = sources.listed(service.db)
    assert run("db", "prune", "--dry-run").code == 0
    assert sources.listed(service.db) == there
    refused = run("db", "prune")
    assert (refused.code, "sources that are in force" in refused.err) == (1, True)
    assert (sources.listed(service.db), run("items", "--jsonl").out) == (there, items)
    service.db.dispose()


@pytest.mark.parametrize(
    ("now", "day"), [("2026-03-09T00:30-04:00", "2026-03-08"), ("2026-11-01T23:30-05:00", "2026-10-31")]
)
def test_yesterday_is_the_day_before_even_where_clocks_were_changed(files: Files, now: str, day: str) -> None:
    files.write('[site]\ntimezone = "America/New_York"\n')
    service = Service(Environment.read(files.environment), lambda: datetime.fromisoformat(now))
    assert digest._period(service, None, weekly=False).name == day


def test_a_printed_digest_says_what_has_come_since_it_was_closed(filled: Files) -> None:
    service = Service(Environment.read(filled.environment))
    day = day_of(datetime.now(UTC), ZoneInfo("UTC")).shifted(-1)
    closed_at = day.end + timedelta(hours=6)
    digests.close(service.db, digests.compiled(service.db, day), closed_at)
    late = make_item("late", ["topic/policy", "region/cn"], title="It came late", published=day.start)
    store(service.db, late, source_id=service.config.sources[0].id, now=closed_at + timedelta(hours=1))
    service.db.dispose()
    printed = run("digest", "--day", day.name, "--format", "json", "region=cn").out
    assert [told["title"] for told in json.loads(printed)["added"]] == ["It came late"]
    assert json.loads(printed)["address"].endswith(f"/digest/{day.name}?region=cn")


def test_a_mistake_hides_none_in_another_table(files: Files) -> None:
    second = '[[source]]\nid = "two"\nurl = "nope"\n'
    third = '[[source]]\nid = "three"\nurl = "https://b.example/feed"\nregion = "zz"\ntags = ["company/nope"]\n'
    query = '[[query]]\nid = "q"\ntitle = "Q"\nfilter = "source=two&company=bidu"\n'
    files.write(SOURCE + second + third + query)
    outcome = run("check")
    assert outcome.code == 2
    told = [line.partition(";")[0] for line in outcome.err.splitlines()]
    assert told == [
        "feeds.toml:6: 'nope' is not a web address", "feeds.toml:10: no region 'zz'",
        "feeds.toml:11: no tag 'company/nope'", "feeds.toml:15: no tag company/bidu",
    ]  # fmt: skip


def test_all_that_is_not_there_is_told_at_once(files: Files) -> None:
    page = 'kind = "html"\n[source.selectors]\nitems = "li["\ntitle = "a"\n'
    text = f'[[source]]\nid = "one"\nurl = "https://a.example/"\nregion = "zz"\ntags = ["company/nope"]\n{page}'
    files.write(text)
    outcome = run("check")
    assert outcome.code == 2
    for line, words in ((4, "no region 'zz'"), (5, "no tag 'company/nope'"), (8, "a selector cannot be read")):
        assert f"feeds.toml:{line}: {words}" in outcome.err
