"""Functions that stand for reading a document, most of them a bad one: for the children of tests/test_sandbox.py."""

from __future__ import annotations

import math
import os
import re
import resource
import signal
import sys
import time
from typing import Any

from aggregator.errors import ParseError


def read(document: str) -> str:
    """A document that does no harm."""
    return f"read {document}"


def process() -> tuple[int, int]:
    """The ids of this process and of the one that forked it."""
    return os.getpid(), os.getppid()


def limits() -> tuple[int, int]:
    """What this process may take: bytes of memory, and seconds of work from now on, rounded up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = resource.getrlimit(resource.RLIMIT_CPU)[0] - used.ru_utime - used.ru_stime
    return resource.getrlimit(resource.RLIMIT_AS)[0], math.ceil(seconds)


def hang_in_python() -> None:
    while True:
        pass


def hang_out_loud() -> None:
    sys.stdout.write("hanging\n")
    sys.stdout.flush()
    hang_in_python()


def wait_out_loud() -> None:
    sys.stdout.write("hanging\n")
    sys.stdout.flush()
    hang_without_work()


def hang_in_a_regex() -> None:
    """In C, where no handler of a signal is ever called."""
    re.match(r"(a+)+$", "a" * 64 + "b")


def hang_without_work() -> None:
    time.sleep(1000)


def hang_on() -> None:
    """Does not end when it is asked to."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang_without_work()


def swell_at_once() -> int:
    return len(bytes(10**12))


def swell_slowly() -> None:
    kept = []
    while True:
        kept.append(bytearray(10**6))


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def leave() -> None:
    os._exit(3)


def nest_too_deeply() -> Any:
    return [nest_too_deeply()]


def find_no_feed() -> None:
    raise ParseError("the document is a web page, not a feed")


def stumble() -> float:
    return 1 / 0


def answer_what_cannot_be_sent() -> Any:
    return lambda: None
