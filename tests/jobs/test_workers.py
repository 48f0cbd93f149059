"""Workers that share one PostgreSQL: each job is done once, and what a dead one had begun is done by another."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from croniter import croniter
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from sqlalchemy import Engine, text

from aggregator.bootstrap import Environment, Service
from aggregator.errors import StoreError
from aggregator.jobs import fetching, queue, workers
from aggregator.jobs.work import JOBS, Job
from aggregator.store import UnavailableError
from aggregator.store.db import reading, writing
from tests.conftest import migrated
from tests.fakes import Clock, FakeWeb, post, rss
from tests.jobs.conftest import FEEDS
from tests.loopback import ALLOWED, Loopback, eventually, served
from tests.postgres import running_server
from tests.processes import Program, started
from tests.samples import titles

NEWS = "https://news.example/feed"


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """For these, PostgreSQL alone."""
    return postgres_url


@contextmanager
def at_work(service: Service) -> Iterator[None]:
    """A worker in this process for the length of a block."""
    stop, failed = Event(), list[BaseException]()

    def work() -> None:
        try:
            workers.run_worker(service, stop)
        except StoreError as error:
            failed.append(error)

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
    if failed:
        raise failed[0]


def asked(db: Engine, statement: str) -> list[Any]:
    with reading(db) as connection:
        return list(connection.execute(text(statement)).all())


def done(db: Engine, statement: str) -> None:
    with writing(db) as connection:
        connection.execute(text("SET LOCAL search_path = public, wire_queue"))
        connection.execute(text(statement))


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_cadence_is_the_same_as_a_line_of_cron(job: Job) -> None:
    times = croniter(workers.cron(job.every), datetime(2025, 3, 16, 23, 59, 51))
    moments = [times.get_next(datetime) for _ in range(50)]
    assert {later - earlier for earlier, later in pairwise(moments)} == {job.every}


def test_a_worker_looks_at_what_is_due_and_groups_it(service: Service, web: FakeWeb) -> None:
    web.documents[NEWS] = rss(post("a", "Baidu releases ERNIE 4.5"), post("b", "Baidu grows"))
    with at_work(service):
        assert eventually(lambda: asked(service.db, "SELECT 1 FROM item WHERE story_id IS NOT NULL"))
    assert titles(service.db) == ["Baidu grows", "Baidu releases ERNIE 4.5"]
    assert asked(service.db, "SELECT * FROM wire_queue.procrastinate_jobs WHERE status = 'doing'") == []
    assert asked(service.db, "SELECT * FROM wire_queue.procrastinate_workers") == []


def test_an_edit_of_the_feeds_file_takes_effect(service: Service, web: FakeWeb, feeds: Path) -> None:
    third = "https://third.example/feed"
    web.documents[third] = rss(post("a", "Baidu opens a third office"))
    with at_work(service):
        assert eventually(lambda: web.asked)
        feeds.write_text(f'{FEEDS}\n[[source]]\nid = "third"\nurl = "{third}"\n', encoding="utf-8")
        assert eventually(lambda: titles(service.db))


def test_what_a_dead_worker_had_begun_is_done_by_another(service: Service, web: FakeWeb) -> None:
    web.documents[NEWS] = rss(post("a", "Baidu releases ERNIE 4.5"))
    queue.prepare(service.db)
    done(service.db, "INSERT INTO wire_queue.procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    insert = (
        "INSERT INTO wire_queue.procrastinate_jobs (queue_name, task_name, lock, args, status, worker_id) "
        "SELECT '{}', '{}', {}, '{{\"source_id\": \"news\"}}', 'doing', max(id) FROM wire_queue.procrastinate_workers"
    )
    done(service.db, insert.format("looks", "look", "NULL"))
    done(service.db, insert.format("work", "refresh-due", "'refresh-due'"))
    done(service.db, insert.format("work", "group", "'group'"))
    with at_work(service):
        assert eventually(lambda: asked(service.db, "SELECT 1 FROM item WHERE story_id IS NOT NULL"))


def test_a_worker_ends_when_a_later_version_has_changed_the_database(service: Service) -> None:
    done(service.db, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="of a later version of this program; install that version"):
        workers.run_worker(service, Event())


def test_nobody_is_asked_while_the_store_refuses_what_looks_bring(service: Service, web: FakeWeb) -> None:
    service.refusals.add("no room", service.clock())
    queue.prepare(service.db)
    with at_work(service):
        assert eventually(lambda: asked(service.db, "SELECT 1 FROM wire_queue.procrastinate_periodic_defers"))
        assert eventually(lambda: not asked(service.db, "SELECT 1 FROM wire_queue.procrastinate_jobs"))
    assert not web.asked


def test_a_queue_of_an_earlier_version_is_made_anew_and_one_of_a_later_version_is_left(service: Service) -> None:
    queue.prepare(service.db)
    insert = "INSERT INTO wire_queue.procrastinate_jobs (queue_name, task_name) VALUES ('work', 'group')"
    done(service.db, insert)
    queue.prepare(service.db)
    assert len(asked(service.db, "SELECT 1 FROM wire_queue.procrastinate_jobs")) == 1
    done(service.db, "COMMENT ON SCHEMA wire_queue IS 'made by AI Policy Wire for Procrastinate 2.15.1'")
    queue.prepare(service.db)
    assert asked(service.db, "SELECT 1 FROM wire_queue.procrastinate_jobs") == []
    done(service.db, "COMMENT ON SCHEMA wire_queue IS 'made by AI Policy Wire for Procrastinate 10.0.0'")
    with pytest.raises(StoreError, match=r"the queue is that of a later version \(Procrastinate 10.0.0\)"):
        queue.prepare(service.db)


def test_a_schema_of_somebody_else_is_left_alone(service: Service) -> None:
    done(service.db, "CREATE SCHEMA wire_queue")
    done(service.db, "CREATE TABLE wire_queue.invoices (number int)")
    with pytest.raises(StoreError, match="a schema wire_queue of somebody else"):
        workers.run_worker(service, Event())
    assert asked(service.db, "SELECT * FROM wire_queue.invoices") == []


def test_a_job_that_cannot_be_taken_out_is_not_kept_for_ever(
    service: Service, web: FakeWeb, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_AGAIN", 0.1)
    settle, failures = JobManager.finish_job_by_id_async, iter([ConnectorException("lost")] * 2)

    async def settle_in_the_end(self: JobManager, **said: Any) -> None:
        if said["status"] is Status.SUCCEEDED and (error := next(failures, None)):
            raise error
        await settle(self, **said)

    monkeypatch.setattr(JobManager, "finish_job_by_id_async", settle_in_the_end)
    web.documents[NEWS] = rss(post("a", "Baidu grows"))
    with at_work(service):
        assert eventually(lambda: titles(service.db))
        web.documents[NEWS] = rss(post("b", "Baidu shrinks"))
        clock.advance(days=2)
        assert eventually(lambda: len(titles(service.db)) == 2)


class Crowd:
    """Workers as processes, on sources of loopback."""

    def __init__(self, folder: Path, url: str, loopback: Loopback, count: int) -> None:
        paths = [f"/{number}" for number in range(count)]
        loopback.documents |= {path: rss(post(f"post{path}", f"Baidu opens office {path[1:]}")) for path in paths}
        tables = (f'[[source]]\nid = "source-{path[1:]}"\nurl = "{loopback.url(path)}"\n' for path in paths)
        self.feeds = folder / "feeds.toml"
        self.feeds.write_text(ALLOWED + "per_host = 20\n" + "".join(tables), encoding="utf-8")
        self._folder = folder
        self._environment = {"AGGREGATOR_FEEDS": str(self.feeds), "AGGREGATOR_DATABASE_URL": url}

    def worker(self, number: int) -> Any:
        command = [sys.executable, "-m", "aggregator", "worker"]
        return started(command, self._folder / f"log{number}", self._environment)


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with served() as running:
        yield running


def test_two_workers_share_the_looks_and_none_is_taken_twice(
    postgres_url: str, loopback: Loopback, tmp_path: Path, db: Engine
) -> None:
    crowd = Crowd(tmp_path, postgres_url, loopback, 30)
    with ExitStack() as stack:
        programs: list[Program] = [stack.enter_context(crowd.worker(number)) for number in range(2)]
        assert eventually(lambda: len(titles(db)) == 30, 60), [program.output for program in programs]
        looked = Counter(source for (source,) in asked(db, 'SELECT source_id FROM "fetch"'))
        assert set(looked.values()) == {1}
        assert [program.tell(15) for program in programs] == [0, 0]
        assert "Traceback" not in "".join(program.output for program in programs)


def test_a_database_that_restarts_is_waited_for(
    web: FakeWeb, feeds: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(workers, "_AGAIN", 0.2)
    monkeypatch.setattr(fetching, "fetcher", lambda *_: web)
    with running_server() as mortal:
        mortal.keep_promises()
        url = mortal.create()
        migrated(url)
        service = Service(Environment(feeds, url), clock)
        service.sync_sources()
        with at_work(service):
            assert eventually(lambda: web.asked)
            mortal.kill()
            assert eventually(lambda: "the queue is out of reach and is tried again" in caplog.text, 60)
            mortal.start()
            web.documents[NEWS] = rss(post("a", "Baidu grows"))
            clock.advance(days=2)
            assert eventually(lambda: _titles(service.db), 60)
        service.db.dispose()
    assert "Traceback" not in caplog.text


def _titles(db: Engine) -> list[str]:
    try:
        return titles(db)
    except UnavailableError:
        return []
