"""What a command costs with all the processes that it starts: wall time, CPU time, peak memory."""

from __future__ import annotations

import ctypes
import os
import subprocess
import threading
import time
from pathlib import Path
from typing import NamedTuple

_BECOME_REAPER = 36  # prctl: orphans of our children become ours, so that their CPU time is counted too
_EVERY = 0.1  # seconds between two looks at the memory


class Cost(NamedTuple):
    seconds: float
    cpu: float
    megabytes: float  #: at the peak; memory that processes share is counted once (PSS)
    output: str


def measured(command: list[str], environment: dict[str, str]) -> Cost:
    """Runs a command to its end; raises RuntimeError with its words if it fails.

    It keeps its bytecode, as where it is installed: else this program would be compiled at each start, libraries not.
    """
    ctypes.CDLL(None).prctl(_BECOME_REAPER, 1, 0, 0, 0)
    others = _children()
    started = time.perf_counter()
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command, env=inherited | environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    peak = _Peak(process.pid)
    output = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    peak.stop()
    cpu = used.ru_utime + used.ru_stime + _orphans(others)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{' '.join(command)} failed:\n{output[-3000:]}")
    return Cost(seconds, cpu, peak.megabytes, output)


def _orphans(others: set[int]) -> float:
    """Waits for the processes that the command left behind, and answers their CPU seconds."""
    cpu = 0.0
    while left := _children() - others:
        _, _, used = os.wait4(left.pop(), 0)
        cpu += used.ru_utime + used.ru_stime
    return cpu


def _children() -> set[int]:
    own = os.getpid()
    return {process for process, parent in _parents().items() if parent == own}


def _parents() -> dict[int, int]:
    parents = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return parents


class _Peak(threading.Thread):
    """Watches the memory of a process and its descendants."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.megabytes = 0.0
        self._root = root
        self._done = threading.Event()
        self.start()

    def stop(self) -> None:
        self._done.set()
        self.join()

    def run(self) -> None:
        while not self._done.wait(_EVERY):
            self.megabytes = max(self.megabytes, sum(map(_megabytes, self._family())))

    def _family(self) -> list[int]:
        parents = _parents()
        family = [self._root]
        for member in family:
            family += [process for process, parent in parents.items() if parent == member]
        return family


def _megabytes(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
