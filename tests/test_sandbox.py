"""Children that read documents: whatever one document does, the others are read, and nobody is left behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pebble.common import CONSTS

from aggregator.errors import ParseError
from aggregator.sandbox import Sandbox, SandboxLimits
from tests.loopback import eventually
from tests.processes import alive, descendants

T = TypeVar("T")
TROUBLE = "tests.troublemaker"
SHORT = SandboxLimits(timedelta(seconds=0.2), 10**9, 2)
LONG = SandboxLimits(timedelta(seconds=30), 10**9, 2)


def within(limits: SandboxLimits, work: Callable[[Sandbox], Awaitable[T]]) -> T:
    """What is done with a sandbox; none of its children outlives the block."""

    async def run() -> tuple[T, int, int]:
        async with Sandbox(TROUBLE, limits) as sandbox:
            done = await work(sandbox)
            return done, *await sandbox.call("process")

    done, child, forker = asyncio.run(run())
    assert child not in alive([child])
    assert alive(descendants(forker)) == []
    return done


def reason(limits: SandboxLimits, name: str, *values: Any) -> str:
    """Why a document could not be read; those beside it and after it are."""

    async def work(sandbox: Sandbox) -> str:
        beside = [sandbox.call("read", number) for number in range(20)]
        error, *read = await asyncio.gather(sandbox.call(name, *values), *beside, return_exceptions=True)
        assert read == [f"read {number}" for number in range(20)]
        assert [await sandbox.call("read", number) for number in range(3)] == ["read 0", "read 1", "read 2"]
        assert isinstance(error, ParseError), repr(error)
        return str(error)

    return within(limits, work)


@pytest.mark.parametrize("trouble", ["hang_in_python", "hang_in_a_regex", "hang_without_work", "hang_on"])
def test_a_document_that_takes_too_long_is_given_up(trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CONSTS, "term_timeout", 0.1)  # how long a child is asked to end before it is killed
    assert reason(SHORT, trouble) == "reading the document took longer than 0.2 s"


@pytest.mark.parametrize("trouble", ["swell_at_once", "swell_slowly"])
def test_a_document_that_takes_too_much_memory_is_given_up(trouble: str) -> None:
    limits = SandboxLimits(timedelta(seconds=30), 4 * 10**8, 2)
    assert reason(limits, trouble) == "reading the document took more than 400,000,000 bytes of memory"


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (("die", signal.SIGKILL), r"reading the document ended the parser \(exit code -9\)"),
        (("die", signal.SIGSEGV), r"reading the document ended the parser \(exit code -11\)"),
        (("die", signal.SIGABRT), r"reading the document ended the parser \(exit code -6\)"),
        (("leave",), r"reading the document ended the parser \(exit code 3\)"),
        (("answer_what_cannot_be_sent",), r"reading the document ended the parser \(exit code \d+\)"),
        (("nest_too_deeply",), "the document is nested too deeply"),
        (("find_no_feed",), "the document is a web page, not a feed"),
    ],
    ids=["killed", "segmentation fault", "aborted", "left", "no answer", "nested", "no feed"],
)
def test_a_document_that_ends_its_reader_costs_itself_only(trouble: tuple[Any, ...], words: str) -> None:
    assert re.fullmatch(words, reason(LONG, *trouble))


def test_a_mistake_of_ours_comes_back_as_it_is() -> None:
    async def work(sandbox: Sandbox) -> None:
        with pytest.raises(ZeroDivisionError, match="division by zero"):
            await sandbox.call("stumble")
        with pytest.raises(AttributeError, match="no attribute 'nothing'"):
            await sandbox.call("nothing")
        assert await sandbox.call("read", 1) == "read 1"

    within(LONG, work)


def test_one_bad_document_after_another_does_not_wear_it_out() -> None:
    async def work(sandbox: Sandbox) -> None:
        troubles = [sandbox.call(name) for name in ("leave", "find_no_feed", "nest_too_deeply") * 4]
        errors = await asyncio.gather(*troubles, return_exceptions=True)
        assert [type(error) for error in errors] == [ParseError] * 12
        assert await sandbox.call("read", 1) == "read 1"

    within(LONG, work)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_children_that_have_nothing_to_do_may_be_killed(number: int, workers: int) -> None:
    async def work(sandbox: Sandbox) -> None:
        for _ in range(2):
            child, _ = await sandbox.call("process")
            pool = sandbox._pools[-1]
            assert pool is not None
            os.kill(child, number)
            await asyncio.to_thread(eventually, lambda pool=pool: not pool.active)
            assert await asyncio.gather(*(sandbox.call("read", n) for n in range(4))) == [f"read {n}" for n in range(4)]
            assert sandbox._pools[-1] is not pool

    within(SandboxLimits(timedelta(seconds=30), 10**9, workers), work)


def test_a_child_may_work_for_its_time_and_a_little_more() -> None:
    async def work(sandbox: Sandbox) -> list[tuple[int, int]]:
        return [await sandbox.call("limits") for _ in range(6)]

    for memory, seconds in within(LONG, work):
        assert memory == LONG.memory
        assert 30 < seconds <= 34


def test_a_call_that_is_cancelled_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CONSTS, "term_timeout", 0.1)

    async def work(sandbox: Sandbox) -> None:
        await sandbox.call("read", 0)
        hanging = [asyncio.create_task(sandbox.call("hang_without_work")) for _ in range(2)]
        _, waiting = await asyncio.wait(hanging, timeout=0.05)
        assert len(waiting) == 2
        for task in hanging:
            task.cancel()
        assert await sandbox.call("read", 1) == "read 1"

    within(LONG, work)


def test_documents_that_no_child_takes_any_more_are_read_by_other_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.sandbox._SLACK", 0.2)

    async def work(sandbox: Sandbox) -> list[str]:
        pids = await asyncio.gather(*(sandbox.call("process") for _ in range(20)))
        for child in {child for child, _ in pids}:
            os.kill(child, signal.SIGSTOP)  # as if another one had died with their lock
        return await asyncio.gather(*(sandbox.call("read", number) for number in range(5)))

    assert within(SHORT, work) == [f"read {number}" for number in range(5)]


def test_a_block_that_is_left_by_an_error_ends_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CONSTS, "term_timeout", 0.1)
    pids: list[int] = []

    async def run() -> None:
        hanging: list[asyncio.Task[Any]] = []
        try:
            await left(hanging)
        finally:
            assert [type(end) for end in await asyncio.gather(*hanging, return_exceptions=True)] == [ParseError]

    async def left(hanging: list[asyncio.Task[Any]]) -> None:
        async with Sandbox(TROUBLE, LONG) as sandbox:
            pids.extend(await sandbox.call("process"))
            hanging.append(asyncio.create_task(sandbox.call("hang_without_work")))
            await asyncio.wait(hanging, timeout=0.05)
            raise KeyError("of the caller's")

    with pytest.raises(KeyError):
        asyncio.run(run())
    child, forker = pids
    assert alive([child]) == alive(descendants(forker)) == []


def test_nothing_is_started_where_nothing_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr("pebble.ProcessPool", lambda *limits, **more: started.append(limits))

    async def run() -> None:
        async with Sandbox(TROUBLE):
            pass

    asyncio.run(run())
    assert started == []


PARENT = """
import asyncio, sys
from tests.test_sandbox import SHORT, TROUBLE, Sandbox

async def run():
    async with Sandbox(TROUBLE, SHORT) as sandbox:
        print(*await sandbox.call("process"), flush=True)
        await asyncio.gather(*map(sandbox.call, sys.argv[1:]), asyncio.sleep(100), return_exceptions=True)

if __name__ == "__main__":
    asyncio.run(run())
"""


@pytest.mark.parametrize("trouble", [(), ("hang_out_loud",), ("wait_out_loud",), ("hang_out_loud", "wait_out_loud")])
def test_children_end_by_themselves_when_their_parent_is_killed(trouble: tuple[str, ...], tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    root = str(Path(__file__).parent.parent)
    command = [sys.executable, str(script), *trouble]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": root}) as parent:
        assert parent.stdout
        family = set(map(int, parent.stdout.readline().split()))
        assert [parent.stdout.readline() for _ in trouble] == ["hanging\n" for _ in trouble]
        family |= descendants(parent.pid)
        parent.kill()
    try:
        eventually(lambda: not alive(family), 40)  # seconds of work, which are more on a busy machine
    finally:
        for pid in alive(family):
            os.kill(pid, signal.SIGKILL)
