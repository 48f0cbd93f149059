"""aggregator fetch: its exit codes, and that a source in trouble costs the others nothing."""

from __future__ import annotations

import json
import socket
from collections import Counter

import pytest

from tests.cli.command import run
from tests.cli.conftest import Files
from tests.fakes import post, rss
from tests.loopback import ALLOWED, Loopback

HASTY = ALLOWED + 'timeout = "1s"\n'
GARBAGE = {  # with what is said of it
    "noise": (bytes(range(256)) * 40, "the document is"),
    "page": (b"<!doctype html><title>Please enable cookies</title>", "the document is"),
    "nothing": (b"", "the document is"),
    "json": (b'{"error": "too many requests"}', "the document is"),
    "gzip": (b"\x1f\x8b\x08\x00broken", "the packed document broke off"),
}


def source(name: str, url: str) -> str:
    return f'[[source]]\nid = "{name}"\nurl = "{url}"\n'


def closed_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def states() -> dict[str, dict[str, object]]:
    return {source["id"]: source for source in json.loads(run("sources", "--json").out)}


def healthy(loopback: Loopback, *names: str) -> str:
    """Sources that answer with two items each."""
    for name in names:
        loopback.documents[f"/{name}"] = rss(post("1", host=f"{name}.example"), post("2", host=f"{name}.example"))
    return "".join(source(name, loopback.url(f"/{name}")) for name in names)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_the_others_are_stored_and_the_three_in_trouble_reported(
    files: Files, loopback: Loopback, garbage: str
) -> None:
    document, words = GARBAGE[garbage]
    loopback.documents |= {"/garbage": document, "/stalls": rss(post("x"))}
    loopback.stalls.add("/stalls")
    trouble = {"garbage": loopback.url("/garbage"), "stalls": loopback.url("/stalls")}
    trouble["down"] = f"http://127.0.0.1:{closed_port()}/"
    files.write(HASTY + healthy(loopback, "one", "two", "three") + "".join(map(source, trouble, trouble.values())))
    outcome = run("fetch")
    assert outcome.code == 1
    assert outcome.lines[-1].startswith("6 sources: 6 new items, 0 edited, 3 sources failed, in ")
    rows = {line.split()[0]: line.split()[1] for line in outcome.lines[1:7]}
    assert rows == dict.fromkeys(("one", "two", "three"), "ok") | dict.fromkeys(trouble, "error")
    found = states()
    reasons = {name: str(found[name]["error"]) for name in trouble}
    assert words in reasons["garbage"]
    assert reasons["stalls"] == "no complete answer within timeout (1 s)"
    assert reasons["down"].startswith("no connection to 127.0.0.1: ")
    assert all(reason in " ".join(outcome.out.split()) for reason in reasons.values() if len(reason) < 60)
    assert {name: state["items"] for name, state in found.items() if name not in trouble} == {
        "one": 2,
        "two": 2,
        "three": 2,
    }
    assert Counter(item["source"] for item in run("items", "--jsonl").records) == {"one": 2, "two": 2, "three": 2}
    assert run("db", "check").code == 0


def test_a_source_that_recovers_is_well_again(files: Files, loopback: Loopback) -> None:
    files.write(ALLOWED + healthy(loopback, "one") + source("ill", loopback.url("/ill")))
    assert run("fetch").code == 1
    assert states()["ill"]["error"] == "the server answered 404 Not Found"
    loopback.documents["/ill"] = rss(post("x"))
    again = run("fetch", "ill")
    assert again.code == 0
    assert again.lines[-1].startswith("1 sources: 1 new items")
    assert (states()["ill"]["status"], states()["ill"]["error"]) == ("ok", None)


def test_fetch_looks_only_at_what_is_due_unless_it_is_forced(files: Files, loopback: Loopback) -> None:
    files.write(ALLOWED + healthy(loopback, "one", "two") + source("off", loopback.url("/off")) + "enabled = false\n")
    assert run("fetch").lines[-1].startswith("2 sources: 4 new items")
    assert run("fetch").lines[-1].startswith("0 sources: ")
    forced = run("fetch", "--force")
    assert forced.code == 0
    assert forced.lines[-1].startswith("2 sources: 0 new items, 0 edited, 0 sources failed")
    assert forced.err == ""
    assert run("fetch", "one").lines[-1].startswith("1 sources: ")


def test_forced_fetching_names_whom_it_leaves_alone(files: Files, loopback: Loopback) -> None:
    files.write(ALLOWED + healthy(loopback, "one") + source("ill", loopback.url("/ill")))
    loopback.statuses["/ill"] = 429
    assert run("fetch").code == 1
    forced = run("fetch", "--force")
    assert forced.code == 0
    assert "left alone, as gone or told to wait: ill; name one to ask it" in forced.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[source]]\nid = "a"\n', "feeds.toml:1: 'url' is missing"),
        ("[fetch]\ntimeout = 5\n", "feeds.toml:2: 5 is not a length of time"),
        ("\n\n= 1", "feeds.toml:3: this is not TOML"),
    ],
)
def test_a_broken_file_fetches_nothing(files: Files, text: str, words: str) -> None:
    files.write(text)
    outcome = run("fetch")
    assert outcome.code == 2
    assert words in outcome.err
    assert not files.database.exists()


def test_a_source_that_is_not_listed_is_named(files: Files, loopback: Loopback) -> None:
    files.write(ALLOWED + healthy(loopback, "one"))
    outcome = run("fetch", "one", "nobody", "noone")
    assert outcome.code == 2
    assert "no source nobody, noone in feeds.toml; `aggregator sources` lists them" in outcome.err


def test_an_address_that_is_not_public_is_refused_by_itself(files: Files, loopback: Loopback) -> None:
    files.write(healthy(loopback, "one"))
    assert run("fetch").code == 1
    assert "127.0.0.1 is not public; to allow it, add its network to allow_networks" in str(states()["one"]["error"])


def test_an_edit_is_told_from_a_new_item(files: Files, loopback: Loopback) -> None:
    files.write(ALLOWED + healthy(loopback, "one"))
    run("fetch")
    loopback.documents["/one"] = rss(post("1", "Another title", host="one.example"), post("3", host="one.example"))
    assert run("fetch", "--force").lines[-1].startswith("1 sources: 1 new items, 1 edited, 0 sources failed")
    titles = [item["title"] for item in run("items", "--jsonl").records]
    assert sorted(titles) == ["Another title", "China plans AI rules: 2", "China plans AI rules: 3"]
