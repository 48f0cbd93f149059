"""Programs as processes, with all the processes that they start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.loopback import eventually


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(parent: int) -> set[int]:
    """The processes that a process has started, and that these have."""
    children: defaultdict[int, set[int]] = defaultdict(set)
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            children[int(entry.read_text().rpartition(") ")[2].split()[1])].add(int(entry.parent.name))
    found: set[int] = set()
    waiting = [parent]
    while waiting:
        new = children[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def alive(pids: Iterable[int]) -> list[int]:
    """Those of the processes that still run."""
    found = []
    for pid in pids:
        with suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
            found += [pid] if state not in "ZX" else []
    return found


class Program:
    """A running program and what it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def output(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def says(self, words: str) -> bool:
        """Whether the program writes the words, now or within seconds."""
        return eventually(lambda: words in self.output, 10)

    @property
    def descendants(self) -> set[int]:
        return descendants(self.process.pid)

    def interrupt(self) -> int:
        """What Ctrl-C does in a terminal: every process of the group is told. Answers the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(20)

    def tell(self, number: int) -> int:
        """Sends a signal to the program alone. Answers the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def started(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Iterator[Program]:
    """A program that is ended with the block, with all that it has started."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
            env=os.environ | environment,
        )  # fmt: skip
        try:
            yield Program(process, log)
        finally:
            for pid in [process.pid, *descendants(process.pid)] if process.poll() is None else []:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait(20)


def page(address: str) -> str:
    """The page at an address, "" where nobody answers or the answer is an error."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""


def page_with(address: str, words: str, seconds: float = 30) -> str:
    """The page, as soon as it holds the words."""
    return eventually(lambda: found if words in (found := page(address)) else "", seconds)
