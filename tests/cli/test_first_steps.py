"""What people meet on their first day: the wrong folder, the wrong encoding, a name that is nearly right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.cli.conftest import Files

TITLE = "OpenAI releases GPT-9 model today for everyone"
ROOT = Path(__file__).parents[2]


def lines(*objects: dict[str, object]) -> bytes:
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in objects).encode()


def test_texts_of_which_nobody_knows_the_source_may_tell_of_one_event(files: Files) -> None:
    files.write("")
    told = lines({"title": TITLE}, {"title": TITLE}, {"title": "Roundup #12"}, {"title": "Roundup #13"})
    assert [record["story"] for record in run("stories", "--jsonl", stdin=told).records] == [1, 1, 3, 4]


def test_texts_count_for_the_fields_that_are_labelled(files: Files) -> None:
    files.write("")
    labelled = files.folder / "labelled.jsonl"
    labelled.write_bytes(lines({"title": "Baidu releases ERNIE 4.5", "companies": ["baidu"]}, {"title": "Qwen3"}))
    rows = [line.split() for line in run("eval", labelled).lines]
    assert [row for row in rows if row[:1] == ["company"]] == [["company", *["1.000"] * 3, "1", "0", "0", "1.000"]]
    assert not any(row[:1] in (["region"], ["relevant"], ["topic"]) for row in rows)


@pytest.mark.parametrize("command", ["tag", "stories", "eval"])
def test_texts_in_another_encoding_are_told_with_their_line(files: Files, command: str) -> None:
    files.write("")
    text = lines({"title": "OpenAI", "companies": []}) + lines({"title": "百度发布文心大模型"}).decode().encode("gbk")
    (files.folder / "labelled").write_bytes(text)
    outcome = run("eval", files.folder / "labelled") if command == "eval" else run(command, stdin=text)
    assert (outcome.code, "line 2 is not UTF-8; convert it first" in outcome.err) == (2, True)


def test_a_feeds_file_that_is_named_must_be_there(files: Files) -> None:
    assert "the file is not there" in run("tag", stdin=lines({"title": TITLE})).err


@pytest.mark.parametrize("command", ["items", "digest", "db check"])
def test_what_only_reads_makes_no_database(files: Files, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    files.write("")
    nowhere = files.folder / "typo" / "agregator.db"
    monkeypatch.setenv("AGGREGATOR_DATABASE_URL", f"sqlite:///{nowhere}")
    outcome = run(*command.split())
    assert (outcome.code, f"there is no database at sqlite:///{nowhere}" in outcome.err) == (1, True)
    assert not nowhere.parent.exists()


def test_before_the_first_fetch_every_source_was_never_looked_at(files: Files) -> None:
    files.write('[[source]]\nid = "one"\nurl = "https://a.example/feed"\n')
    outcome = run("sources", "--json")
    assert [(source["id"], source["status"], source["items"]) for source in json.loads(outcome.out)] == [
        ("one", "never", 0)
    ]
    assert (outcome.code, "there is no database at" in outcome.err) == (0, True)
    assert [path.name for path in files.folder.iterdir()] == ["feeds.toml"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("items company=baidoo", "there is no company 'baidoo'; did you mean company=baidu?\n"),
        ("items source=white-house", "there is no source 'white-house'\n"),
        ("items --jsonl topic=polcy", "there is no topic 'polcy'; did you mean topic=policy?\n"),
        ("digest --day 2025-03-16 company=baidoo", "there is no company 'baidoo'; did you mean company=baidu?\n"),
        ("items company=baidu q=nobody-says-this", ""),
    ],
)
def test_a_filter_that_names_nothing_is_told(filled: Files, words: str, told: str) -> None:
    outcome = run(*words.split())
    assert (outcome.code, outcome.err) == (0, told)


def test_what_is_stored_is_read_without_a_feeds_file(filled: Files) -> None:
    filled.feeds.unlink()
    outcome = run("items", "company=baidoo")
    assert (outcome.code, outcome.lines[0].split(), outcome.err) == (
        0,
        ["dated", "source", "tier", "title", "tags"],
        "",
    )


def test_the_sources_are_those_of_the_file_as_it_is_now(filled: Files) -> None:
    before = {source["id"]: source for source in json.loads(run("sources", "--json").out)}
    gone, off, *others = before
    blocks = [
        block for block in filled.feeds.read_text(encoding="utf-8").split("[[source]]") if f'"{gone}"' not in block
    ]
    text = "[[source]]".join(f"{block}enabled = false\n" if f'"{off}"' in block else block for block in blocks)
    filled.write(f'{text}\n[[source]]\nid = "a-new-one"\nurl = "https://new.example/feed"\n')
    now = {source["id"]: source for source in json.loads(run("sources", "--json").out)}
    assert now.keys() == before.keys() - {gone} | {"a-new-one"}
    assert (now["a-new-one"]["status"], now[off]["status"], now[off]["items"]) == (
        "never",
        "disabled",
        before[off]["items"],
    )
    assert all(now[name] == before[name] for name in others)
    assert f"no source {off}s in feeds.toml; did you mean {off}?" in run("fetch", f"{off}s").err


def test_a_source_is_fetched_once_however_often_it_is_named(filled: Files) -> None:
    name = json.loads(run("sources", "--json").out)[0]["id"]
    assert run("fetch", name, name).lines[-1].startswith("1 sources: ")


def test_a_change_of_tier_is_shown_before_it_is_made(filled: Files) -> None:
    item = run("items", "--jsonl", "tier=core", "-n", 1).records[0]
    said = 'tier = "off"\nwhy = "an advertisement"\n'
    (filled.folder / "corrections.toml").write_text(
        f'[[correction]]\nlink = "{item["link"]}"\n{said}[[correction]]\nlink = "https://typo.example/"\n{said}',
        encoding="utf-8",
    )
    trial = run("retag", "--dry-run")
    assert any(line.split()[:4] == ["tier", "off", "1", "0"] for line in trial.lines)
    assert trial.lines[-1] == "corrections.toml: no item has the link https://typo.example/"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_additions_keep_the_ends_of_lines(files: Files, ends: str, mark: str) -> None:
    before = f'{mark}# ours{ends}[[source]]{ends}id = "a"{ends}url = "https://a.example/feed"{ends}'.encode()
    files.feeds.write_bytes(before)
    opml = '<opml version="2.0"><body><outline xmlUrl="https://b.example/feed"/></body></opml>'
    (files.folder / "b.opml").write_text(opml, encoding="utf-8")
    assert run("opml", "import", files.folder / "b.opml").code == 0
    after = files.feeds.read_bytes()
    assert after.startswith(before.rstrip())
    assert after.count(b"\n") == (after.count(b"\r\n") if ends == "\r\n" else after.count(b"\n"))
    assert run("check").out.startswith(f"{files.feeds}: 2 sources")


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_a_pipe_gets_utf8_and_may_close_early(filled: Files, locale: str) -> None:
    variables = os.environ | filled.environment | {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "aggregator", "items", "--jsonl", "lang=zh"]
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        assert reader.stderr is not None
        assert not json.loads(reader.stdout.readline())["title"].isascii()
        reader.stdout.close()
        assert reader.stderr.read() == b""
        assert reader.wait(60) == 0


def test_a_document_may_come_from_a_pipe(files: Files) -> None:
    feed = '<rss version="2.0"><channel><title>T</title><item><title>百度</title></item></channel></rss>'
    assert [record["title"] for record in run("parse", "--jsonl", "-", stdin=feed.encode()).records] == ["百度"]
    refused = run("db", "export", "-")
    assert (refused.code, "name a file" in refused.err) == (2, True)
