"""No spelling, no redirect and no name whose answer changes leads to an address that the guard refuses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pycurl
import pytest

from aggregator.fetch import Fetcher
from aggregator.fetch.transfer import Transfer
from aggregator.model import Failure, Grade, Outcome, Page
from tests.fetch.asking import FEED, ask_for, fetcher, policy
from tests.fetch.conftest import Names
from tests.fetch.server import Server, answer
from tests.fetch.test_guard import listed

OURS = "127.0.0.2"  # a host that may be connected, beside the one at 127.0.0.1 that may not
OPEN = (f"{OURS}/32",)
REFUSALS = ("is not public", "is not one of http", "is not known")
LOOPBACK = listed("""
    127.0.0.1 localhost 2130706433 0x7f000001 0x7f.1 0177.0.0.1 0177.1 017700000001 127.1 127.0.1 0x7f.0.1 0 0.0.0.0
    127.0.0.01 127.000.000.001 %31%32%37.0.0.1 [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1]
    [::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::127.0.0.1] [64:ff9b:1::127.0.0.1] [2002:7f00:1::] [2002:7f00:1::1]
    １２７.0.0.1 127。0。0。1 ⓛocalhost LOCALHOST localhost. 127.0.0.1. user@127.0.0.1 user:word@127.0.0.1
""")


@contextmanager
def untouched(port: int = 0) -> Iterator[int]:
    """A port of 127.0.0.1 that nobody may connect."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        yield listener.getsockname()[1]
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has called
            listener.accept()


def refused(outcome: Outcome) -> bool:
    return isinstance(outcome, Failure) and not outcome.http_status and any(map(outcome.reason.__contains__, REFUSALS))


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_is_never_connected_however_it_is_spelt(host: str) -> None:
    with untouched() as port:
        assert refused(ask_for(f"http://{host}:{port}/", allow_networks=()))


def test_what_is_no_web_address_is_named_without_its_password() -> None:
    outcome = ask_for("https://reader:s3cret@exa%mple.org/feed")
    assert isinstance(outcome, Failure)
    assert "exa%mple.org" in outcome.reason
    assert "s3cret" not in outcome.reason


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_to_loopback_are_never_followed_however_it_is_spelt(status: int) -> None:
    async def scene(port: int) -> list[Outcome]:
        targets = [f"http://{host}:{port}/secret".encode().decode("latin-1") for host in LOOPBACK]
        targets += [f"https://127.0.0.1:{port}/", f"//127.0.0.1:{port}/", f"hTTp:\t//127.0.0.1:{port}/"]
        answers = {f"/{number}": answer(status, Location=target) for number, target in enumerate(targets)}
        async with Server(answers, OURS) as server, fetcher(allow_networks=OPEN, per_host=8) as asking:
            return list(await asyncio.gather(*(asking.fetch(server.url(path)) for path in answers)))

    with untouched() as port:
        outcomes = asyncio.run(scene(port))
    assert [outcome for outcome in outcomes if not refused(outcome)] == []


@pytest.mark.parametrize("answers", [[OURS, "127.0.0.1"], ["127.0.0.1", OURS], [OURS, "[::ffff:127.0.0.1]"]])
def test_name_whose_answer_changes_leads_nowhere_else(answers: list[str], names: Names) -> None:
    async def scene() -> list[Outcome]:
        async with Server({"/": answer(body=FEED)}, OURS) as server, fetcher(allow_networks=OPEN) as asking:
            with untouched(server.port):
                return [await asking.fetch(server.url(host="rebinding.example")) for _ in answers]

    names["rebinding.example"] = list(answers)
    outcomes = asyncio.run(scene())
    assert [isinstance(outcome, Page) for outcome in outcomes] == [address == OURS for address in answers]
    assert any(refused(outcome) and outcome.grade == Grade.HARD for outcome in outcomes if isinstance(outcome, Failure))


def test_redirect_to_a_name_whose_answer_has_changed_leads_nowhere(names: Names) -> None:
    async def scene() -> Outcome:
        answers = {"/": answer(302, Location="/again")}
        async with Server(answers, OURS) as server, fetcher(allow_networks=OPEN) as asking:
            with untouched(server.port):
                return await asking.fetch(server.url(host="rebinding.example"))

    names["rebinding.example"] = [OURS, "127.0.0.1"]
    assert refused(asyncio.run(scene()))


def test_name_with_a_good_and_a_bad_address_leads_to_the_good_one(names: Names) -> None:
    async def scene() -> Outcome:
        async with Server({"/": answer(body=FEED)}, OURS) as server, fetcher(allow_networks=OPEN) as asking:
            with untouched(server.port):
                return await asking.fetch(server.url(host="two.example"))

    names["two.example"] = [f"127.0.0.1,[::1],{OURS}"]
    assert isinstance(asyncio.run(scene()), Page)


@pytest.mark.parametrize("port", [22, 25])
def test_port_of_another_service_is_told(port: int, names: Names) -> None:
    names["public.example"] = ["8.8.8.8"]
    reason = f"port {port} is not one for web pages; to allow it, add it to allow_ports under [fetch]"
    assert ask_for(f"http://public.example:{port}/") == Failure(reason, grade=Grade.HARD)


@pytest.mark.parametrize(
    ("address", "networks", "ports", "own"),
    [
        ("127.0.0.1", ("127.0.0.0/8",), (80,), True),
        ("8.8.8.8", ("127.0.0.0/8",), (80,), False),
        ("8.8.8.8", ("127.0.0.0/8",), (80, 9000), False),
        ("8.8.8.8", (), (80, 9000), False),
    ],
)
def test_only_an_opened_network_is_our_own(
    address: str, networks: tuple[str, ...], ports: tuple[int, ...], own: bool
) -> None:
    transfer = Transfer(policy(allow_networks=networks, allow_ports=ports))
    made = transfer.on_socket(0, (socket.AF_INET, socket.SOCK_STREAM, 0, (address.encode(), ports[-1])))
    assert isinstance(made, socket.socket)
    assert transfer.own is own
    transfer.close()
    assert made.fileno() == -1


def test_socket_that_is_not_of_the_internet_is_not_made() -> None:
    transfer = Transfer(policy())
    assert transfer.on_socket(0, (socket.AF_UNIX, socket.SOCK_STREAM, 0, ("/run/it", 0))) == pycurl.SOCKET_BAD


def test_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> Outcome:
        async with Server({"/": answer(body=FEED)}, OURS) as server, Fetcher(policy(timeout=timedelta(5))) as asking:
            return await asking.fetch(server.url())

    with untouched() as port:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert isinstance(asyncio.run(scene()), Page)
        assert refused(ask_for(f"https://127.0.0.1:{port}/", allow_networks=()))
