"""Every command: what it prints, the code that it ends with, and what it says of mistakes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from aggregator.cli import COMMANDS, aggregator
from tests.cli.command import run
from tests.cli.conftest import Files
from tests.loopback import ALLOWED
from tests.processes import free_port

EXPECTED = ("run", "web", "scheduler", "worker", "fetch", "check", "config", "sources", "add", "opml", "items",
            "digest", "parse", "tag", "stories", "eval", "retag", "gaps", "regroup", "db")  # fmt: skip


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command and subcommand."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        yield (*path, name)
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))


ALL = list(commands(aggregator))


def test_every_command_is_there() -> None:
    assert set(COMMANDS) == set(EXPECTED) == {path[0] for path in ALL}
    assert {path for path in ALL if len(path) > 1} == {
        ("db", "upgrade"), ("db", "check"), ("db", "rebuild"), ("db", "backup"), ("db", "restore"), ("db", "export"),
        ("db", "import"), ("db", "move"), ("db", "prune"), ("opml", "export"), ("opml", "import"),
    }  # fmt: skip


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_says_what_a_command_does_with_an_example(path: tuple[str, ...]) -> None:
    outcome = run(*path, "--help")
    assert outcome == run(*path, "-h")
    assert outcome.code == 0
    usage, _, words, *_ = outcome.lines
    assert usage.startswith("Usage: ")
    assert f"aggregator {' '.join(path)} " in usage
    assert len(words) > 20
    example = " ".join(outcome.out.partition("Example")[2].split())
    assert f"aggregator {' '.join(path)}" in example


@pytest.mark.parametrize("path", [[], ["db"], ["opml"]])
def test_the_list_of_commands_says_each_in_a_whole_sentence(path: list[str]) -> None:
    listed = run(*path, "--help").out.partition("Commands:\n")[2].partition("\n\n")[0]
    assert len(listed.splitlines()) > 1
    assert "..." not in listed


def test_help_lists_the_commands_in_the_order_of_use() -> None:
    outcome = run("--help")
    listed = re.findall(r"^  (\w+) +\S", outcome.out.partition("Commands:")[2], re.MULTILINE)
    assert listed == list(EXPECTED)
    assert "AGGREGATOR_DATABASE_URL" in outcome.out
    assert run("--version").out.startswith("aggregator, version 0.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fecth"], "No such command 'fecth'. Did you mean 'fetch'?"),
        (["fetch", "--hard"], "No such option"),
        (["items", "compny=baidu"], "compny: no such filter; did you mean company?"),
        (["items", "baidu"], "write a filter as name=value, such as company=baidu"),
        (["items", "since=soon"], "since: 'soon' is no day"),
        (["items", "-n", "0"], "0 is not in the range"),
        (["add"], "Missing argument 'URL'"),
        (["run", "--port", "70000"], "70000 is not in the range"),
        (["eval", "no-such-file"], "no-such-file"),
    ],
)
def test_a_mistake_in_the_command_is_explained(files: Files, arguments: list[str], words: str) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert "Traceback" not in outcome.err
    assert list(files.folder.iterdir()) == []


@pytest.mark.parametrize("command", ["items", "digest", "db check", "retag", "regroup", "web", "scheduler"])
def test_without_a_store_a_command_says_how_to_make_one(files: Files, command: str) -> None:
    files.write("")
    outcome = run(*command.split(), *(["--port", "1"] if command == "web" and os.geteuid() == 0 else []))
    assert outcome.code == 1
    assert outcome.err.startswith("Error: ")
    assert "aggregator db upgrade" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("command", ["fetch", "check", "run", "scheduler", "worker", "opml export"])
def test_without_feeds_toml_a_command_says_how_to_make_it(files: Files, command: str) -> None:
    outcome = run(*command.split(), *(["--port", free_port()] if command == "run" else []))
    assert outcome.code == 2
    assert outcome.err.startswith("feeds.toml:1: the file is not there; begin one with `aggregator add URL`")


def test_workers_need_a_database_that_they_can_share(files: Files) -> None:
    files.write("")
    outcome = run("worker")
    assert outcome.code == 2
    assert "through PostgreSQL; `aggregator scheduler` does the same in one process" in outcome.err


def test_a_database_address_that_is_none_is_a_sentence(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGGREGATOR_DATABASE_URL", "mysql://localhost/x")
    outcome = run("items")
    assert (outcome.code, outcome.err) == (2, "Error: 'mysql' is not supported; use sqlite or postgresql\n")


def test_db_upgrade_makes_the_store_once(files: Files) -> None:
    first, second = run("db", "upgrade"), run("db", "upgrade")
    assert (first.code, second.code) == (0, 0)
    assert first.out.startswith("upgraded to schema ")
    assert second.out == first.out.replace("upgraded to", "already at")
    assert run("db", "check") == (0, "no faults\n", "")
    assert run("items", "--jsonl") == (0, "", "")
    files.write("")
    assert run("sources", "--json").out == "[]\n"


def test_as_a_process_it_is_the_same(filled: Files) -> None:
    command = [sys.executable, "-m", "aggregator", "items", "--jsonl", "company=baidu"]
    done = subprocess.run(command, env=os.environ | filled.environment, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == run("items", "--jsonl", "company=baidu")


def test_a_reader_that_has_seen_enough_ends_it_quietly(filled: Files) -> None:
    command = [sys.executable, "-m", "aggregator", "items", "--jsonl"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=os.environ | filled.environment, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline().startswith(b'{"id"')
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) in (0, 1)


@pytest.mark.parametrize("words", ["tag <&-", "stories --jsonl <&-", "opml export >&-", "items --jsonl >&- 2>&-"])
def test_streams_may_be_closed(filled: Files, words: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m aggregator {words}', sys.executable], env=os.environ | filled.environment,
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_examples_of_help_are_taken_as_they_stand(filled: Files) -> None:
    for words in ("items company=baidu topic=release since=7d", "items --jsonl q=AI", "db check", "retag --dry-run"):
        assert run(*words.split()).code == 0, words
    tagged = run("tag", "--jsonl", stdin='{"title": "Baidu releases ERNIE 4.5"}\n')
    assert tagged.records[0]["companies"] == ["baidu"]


def test_fetch_without_sources_does_nothing(files: Files) -> None:
    files.write(ALLOWED)
    outcome = run("fetch")
    assert outcome.code == 0
    assert outcome.out.startswith("0 sources: 0 new items")
