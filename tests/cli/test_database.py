"""aggregator db: copies, moves and repairs of the database, as commands."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.command import Outcome, run
from tests.cli.conftest import Files


def with_database(monkeypatch: pytest.MonkeyPatch, url: str, *words: object) -> Outcome:
    """A command on another database than that of the files."""
    with monkeypatch.context() as patch:
        patch.setenv("AGGREGATOR_DATABASE_URL", url)
        return run(*words)


@pytest.mark.parametrize(("out", "back"), [("backup", "restore"), ("export", "import"), ("export", "restore")])
def test_a_copy_is_made_and_taken_back(
    filled: Files, empty_url: str, monkeypatch: pytest.MonkeyPatch, out: str, back: str
) -> None:
    copy = filled.folder / "copy"
    made = run("db", out, copy)
    assert (made.code, made.err) == (0, "")
    taken = with_database(monkeypatch, empty_url, "db", back, copy)
    assert (taken.code, taken.err) == (0, "")
    assert with_database(monkeypatch, empty_url, "db", "check") == (0, "no faults\n", "")
    assert with_database(monkeypatch, empty_url, "items", "--jsonl", "-n", 500) == run("items", "--jsonl", "-n", 500)
    again = run("db", out, copy)
    assert (again.code, again.out) == (1, "")
    assert (
        again.err == f"Error: {copy} is there already and is not overwritten; name another file, or remove it first\n"
    )
    refused = run("db", back, copy)
    assert (refused.code, refused.out) == (1, "")
    assert "is not empty, it has rows:" in refused.err


def test_a_move_shows_the_counts_side_by_side_and_no_password(
    filled: Files, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_url.replace("://postgres", "://postgres:SECRET")
    assert "SECRET" not in run("db", "move", f"{url}-is-not-there&password=SECRET").err
    moved = run("db", "move", url)
    assert (moved.code, moved.err) == (0, "")
    rows = {line.split()[0]: line.split()[1:] for line in moved.lines if len(line.split()) == 3}
    assert rows["item"][0] == rows["item"][1] != "0"
    assert "AGGREGATOR_DATABASE_URL=postgresql://postgres:***@" in moved.out
    assert "SECRET" not in moved.out
    assert with_database(monkeypatch, url, "items", "--jsonl") == run("items", "--jsonl")


def test_a_broken_file_is_an_error_in_one_sentence(files: Files) -> None:
    copy = files.folder / "copy.jsonl"
    copy.write_text(json.dumps({"format": "something"}))
    outcome = run("db", "import", copy)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"Error: {copy}, line 1: this is no header")


def test_rebuilding_leaves_a_whole_store_as_it_is(filled: Files) -> None:
    before = run("items", "--jsonl", "q=AI")
    assert run("db", "rebuild").code == 0
    assert run("items", "--jsonl", "q=AI") == before
    assert run("db", "check") == (0, "no faults\n", "")


@pytest.mark.parametrize("command", ["backup", "export", "rebuild", "move"])
def test_without_a_store_there_is_nothing_to_copy(files: Files, command: str, tmp_path: Path) -> None:
    where = {"rebuild": [], "move": [f"sqlite:///{tmp_path}/other.db"]}.get(command, [tmp_path / "copy"])
    outcome = run("db", command, *where)
    assert outcome.code == 1
    assert "aggregator db upgrade" in outcome.err
    assert not (tmp_path / "copy").exists()


def test_pruning_shows_first_what_it_would_do(filled: Files) -> None:
    feeds = filled.feeds.read_text(encoding="utf-8")
    assert run("db", "prune").out.startswith("items are kept for ever")
    filled.write(f'[store]\nkeep_off = "1d"\n{feeds}')
    before = run("items", "--jsonl", "-n", 500)
    tried = run("db", "prune", "--dry-run")
    assert (tried.code, tried.err) == (0, "")
    assert tried.lines[0].split()[-3:] == ["would", "be", "pruned"]
    assert tried.lines[1].split() == ["off", "1d", "0"]  # the sources show everything still
    assert run("db", "prune").lines[1].split() == ["off", "1d", "0"]
    assert run("items", "--jsonl", "-n", 500) == before


def test_a_dry_run_of_regrouping_groups_nothing(filled: Files) -> None:
    def stories() -> int:
        with closing(sqlite3.connect(filled.database)) as connection:
            return int(connection.execute("SELECT count(*) FROM story").fetchone()[0])

    with closing(sqlite3.connect(filled.database)) as connection, connection:
        connection.execute("UPDATE item SET story_id = NULL")
        connection.execute("DELETE FROM story")
    assert run("regroup", "--dry-run").code == 0
    assert stories() == 0
    assert run("regroup").code == 0
    assert stories() > 0
