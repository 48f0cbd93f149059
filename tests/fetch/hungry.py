"""How much memory unpacking and fetching take at most: a program, so that it has a process of its own."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from aggregator.fetch import Fetcher, FetchPolicy
from aggregator.fetch.policy import TooLargeError
from aggregator.fetch.unpack import Unpacker
from tests.fetch.packing import BOMBS, pieces

STATUS = Path("/proc/self/status")
MOST = 50.0  # megabytes
on_linux = pytest.mark.skipif(not STATUS.exists(), reason="the peak of a process is read from /proc")


def peak() -> int:
    """The most memory that this process ever had, in bytes; getrusage would tell its parent's if that was more."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", STATUS.read_text(), re.MULTILINE)
    assert found
    return int(found[1]) * 1024


def unpack(coding: str) -> str:
    bomb = BOMBS[coding]()
    before = peak()
    with suppress(TooLargeError):
        unpacker = Unpacker(coding, 10**7)
        kept = bytearray()
        for piece in pieces(bomb):
            kept += unpacker.unpack(piece)
        return "all of it"
    return f"{(peak() - before) / 1e6:.1f}"


def fetch(url: str) -> str:
    async def scene() -> str:
        policy = FetchPolicy(allow_networks=("127.0.0.0/8",))
        async with Fetcher(policy) as fetcher:
            await fetcher.fetch("http://127.0.0.1:1/")
            before = peak()
            outcome = await fetcher.fetch(url)
        assert "is larger than max_" in getattr(outcome, "reason", ""), outcome
        return f"{(peak() - before) / 1e6:.1f}"

    return asyncio.run(scene())


def growth(what: str, argument: str) -> float:
    """By how many megabytes a process grows that does it."""
    command = [sys.executable, "-m", "tests.fetch.hungry", what, argument]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parent.parent.parent)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


if __name__ == "__main__":
    sys.stdout.write({"unpack": unpack, "fetch": fetch}[sys.argv[1]](sys.argv[2]))
