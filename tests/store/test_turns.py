"""Places at hosts: never more are taken than there are, whoever takes them, and none is lost for ever."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Lock

import pytest
from sqlalchemy import Engine

from aggregator.store import turns
from tests.conftest import opened
from tests.fakes import START

HOST = "news.example"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
KEPT = START + MINUTE  # until when a place is taken, where nothing else is said
ROOT = Path(__file__).parents[2]


def take(db: Engine, host: str = HOST, places: int = 2, now: datetime = START, length: timedelta = MINUTE) -> object:
    return turns.take(db, [turns.SlotRequest(host, places, now, now + length)])[0]


def give_back(db: Engine, place: int, taken: datetime, until: datetime) -> None:
    turns.give_back(db, [turns.SlotReturn(HOST, place, taken, until)])


@pytest.mark.parametrize("places", [1, 2, 5])
def test_every_place_is_taken_once_and_then_none(db: Engine, places: int) -> None:
    assert [take(db, places=places) for _ in range(places)] == list(range(places))
    assert take(db, places=places) == START + MINUTE


def test_hosts_have_places_of_their_own(db: Engine) -> None:
    assert [take(db, host, 1) for host in ("a.example", "b.example", "a.example")] == [0, 0, START + MINUTE]


def test_one_that_finds_all_taken_is_told_when_the_first_may_be_free(db: Engine) -> None:
    for seconds in (50, 20, 40):
        take(db, places=3, length=seconds * SECOND)
    assert take(db, places=3) == START + 20 * SECOND
    give_back(db, 2, START + 40 * SECOND, START + 5 * SECOND)
    assert take(db, places=3) == START + 5 * SECOND


@pytest.mark.parametrize("pause", [timedelta(0), SECOND])
def test_a_place_that_is_given_back_is_free_after_its_pause(db: Engine, pause: timedelta) -> None:
    assert [take(db), take(db)] == [0, 1]
    give_back(db, 1, KEPT, START + pause)
    if pause:
        assert take(db) == START + pause
        assert take(db, now=START + pause - timedelta(microseconds=1)) == START + pause
    assert take(db, now=START + pause) == 1
    assert take(db, now=START + pause) == START + MINUTE


def test_a_place_that_is_never_given_back_is_free_after_its_time(db: Engine) -> None:
    assert take(db, places=1) == 0
    assert take(db, places=1, now=START + MINUTE - SECOND) == START + MINUTE
    assert take(db, places=1, now=START + MINUTE) == 0


def test_a_place_that_a_clock_ahead_took_is_free_again(db: Engine) -> None:
    assert take(db, places=1, now=START + timedelta(days=3650)) == 0
    assert take(db, places=1) == 0
    assert take(db, places=1, now=START + SECOND) == START + MINUTE


def test_a_place_that_was_kept_too_long_is_its_next_holders(db: Engine) -> None:
    late = START + 2 * MINUTE
    assert take(db, places=1) == 0
    assert take(db, places=1, now=late) == 0
    give_back(db, 0, KEPT, late + SECOND)  # by the first, who was too slow
    assert take(db, places=1, now=late + 2 * SECOND) == late + MINUTE
    give_back(db, 0, late + MINUTE, late + 2 * SECOND)
    assert take(db, places=1, now=late + 2 * SECOND) == 0


@pytest.mark.parametrize("seconds", [0.000001, 30, 119.999999])
def test_a_place_that_was_kept_too_long_but_that_nobody_wanted_is_given_back(db: Engine, seconds: float) -> None:
    assert take(db, places=1) == 0
    free = KEPT + seconds * SECOND
    give_back(db, 0, KEPT, free)
    assert take(db, places=1, now=KEPT) == free


def test_a_place_that_is_given_back_twice_is_not_taken_from_its_next_holder(db: Engine) -> None:
    assert take(db, places=1) == 0
    give_back(db, 0, KEPT, START)
    assert take(db, places=1, length=2 * MINUTE) == 0
    give_back(db, 0, KEPT, START)
    assert take(db, places=1) == START + 2 * MINUTE


@pytest.mark.parametrize(("places", "answer"), [(1, START + MINUTE), (2, START + MINUTE), (4, 3)])
def test_the_number_of_places_may_change_while_some_are_taken(db: Engine, places: int, answer: object) -> None:
    assert [take(db, places=3) for _ in range(3)] == [0, 1, 2]
    assert take(db, places=places) == answer


def test_places_are_neither_lost_nor_doubled_by_turns(db: Engine) -> None:
    for place in range(2):
        assert take(db) == place
    for number in range(20):
        give_back(db, number % 2, KEPT, START)
        assert take(db) == number % 2
        assert take(db) == START + MINUTE


@pytest.mark.parametrize("places", [1, 3])
def test_many_threads_at_once_never_take_more_than_there_are(db: Engine, database_url: str, places: int) -> None:
    threads, rounds = 6, 8
    barrier, lock = Barrier(threads), Lock()
    held: set[object] = set()

    def visit(_: int) -> int:
        done = 0
        for engine in opened(database_url):
            barrier.wait(20)
            while done < rounds:
                place = take(engine, places=places)
                if not isinstance(place, int):
                    continue
                with lock:
                    assert place not in held
                    assert place < places
                    held.add(place)
                with lock:
                    held.remove(place)
                give_back(engine, place, KEPT, START)
                done += 1
        return done

    with ThreadPoolExecutor(threads) as pool:
        assert list(pool.map(visit, range(threads))) == [rounds] * threads


VISITOR = """
import sys
from aggregator.store import open_database
from tests.store.test_turns import START, take
db = open_database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
while isinstance(answer := take(db, places=5), int) or answer == START:
    if isinstance(answer, int):
        print(answer, flush=True)
db.dispose()
"""


def test_processes_that_come_at_the_same_moment_share_the_places(db: Engine, database_url: str) -> None:
    command = [sys.executable, "-c", VISITOR, database_url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    visitors = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(3)]  # type: ignore[call-overload]
    try:
        for visitor in visitors:
            assert visitor.stdout.readline() == "ready\n"
        for visitor in visitors:
            visitor.stdin.write("go\n")
            visitor.stdin.flush()
        taken = [int(place) for visitor in visitors for place in visitor.communicate(timeout=60)[0].split()]
    finally:
        for visitor in visitors:
            visitor.kill()
            visitor.wait(20)
    assert sorted(taken) == [0, 1, 2, 3, 4]
    assert take(db, places=5) == START + MINUTE
