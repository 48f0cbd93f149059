"""One request and its answer, through libcurl: HTTP/2, reused connections, and the guard at every socket."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

import certifi
import pycurl

from aggregator.fetch.guard import refusal
from aggregator.fetch.policy import ACCEPT, FetchPolicy, TooLargeError
from aggregator.fetch.unpack import ACCEPT_ENCODING, PackingError, Unpacker
from aggregator.model import Grade

GOOD = (HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION, HTTPStatus.IM_USED)  #: with a document in them
_ENOUGH = 64_000  # bytes of an answer that is no document: what a challenge or an error page says of itself
_GZIP = b"\x1f\x8b\x08"
_NO_ENDS = dict.fromkeys(map(ord, "\0\r\n"))  # libcurl would send them, and what follows as another header
_STATUS_LINE = re.compile(rb"HTTP/[\d.]+\s+(\d{3})(?!\d)")
_LISTS = ("cache-control", "content-encoding")
_ENDED = re.compile(r";\s*max-age\s*=\s*(?:-\d+|0+)\s*(?:;|$)", re.IGNORECASE)
_STOP = 0  # what a callback returns to end the transfer


@dataclass(slots=True)
class Response:
    """A response as it comes in: header names in small letters, of repeated ones the first, lists joined by commas;
    of cookies, what is to be sent back; the name alone of one that has ended.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)


class TransferError(Exception):
    """No whole answer; the message says why, in words for the person who edits feeds.toml."""

    def __init__(self, reason: str, grade: Grade = Grade.SOFT) -> None:
        super().__init__(reason)
        self.grade = grade


class Transfer:
    """One request. libcurl calls the methods `on_…`; where one ends the transfer, it leaves the reason behind."""

    def __init__(self, policy: FetchPolicy) -> None:
        self.answer = Response()
        self.own = False  #: whether the address is in a network that the policy opens
        self._policy = policy
        self._unpacker: Unpacker | None = None
        self._header_bytes = self._received = 0
        self._headers_done, self._expects_status = False, True
        self._enough = False
        self._sockets: list[socket.socket] = []
        self._trouble: TransferError | None = None

    def curl(self, url: str, headers: Mapping[str, str], time_left: timedelta) -> pycurl.Curl:
        """A handle for this request, ready to be performed."""
        curl = pycurl.Curl()
        policy = self._policy
        usual = {"User-Agent": policy.agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
        asked = {name.lower() for name in headers}
        sent = {**{name: value for name, value in usual.items() if name.lower() not in asked}, **headers}
        lines = [f"{name}: {value}".translate(_NO_ENDS) for name, value in sent.items()]
        options = {
            pycurl.URL: url,
            pycurl.HTTPHEADER: [line.encode("latin-1", "ignore") for line in lines],
            pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.PROXY: "",  # a proxy of the environment would be what is connected, behind the guard's back
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_2TLS,
            pycurl.CAINFO: os.environ.get("SSL_CERT_FILE") or certifi.where(),
            pycurl.NOSIGNAL: 1,
            pycurl.CONNECTTIMEOUT_MS: _milliseconds(min(policy.connect_timeout, time_left)),
            pycurl.TIMEOUT_MS: _milliseconds(time_left),
            pycurl.LOW_SPEED_LIMIT: 1,
            pycurl.LOW_SPEED_TIME: max(1, round(policy.read_timeout.total_seconds())),
            pycurl.OPENSOCKETFUNCTION: self.on_socket,
            pycurl.HEADERFUNCTION: self.on_header,
            pycurl.WRITEFUNCTION: self.on_body,
        }
        for option, value in options.items():
            curl.setopt(option, value)
        return curl

    def on_socket(self, _purpose: int, address: tuple[int, int, int, tuple[str | bytes, int]]) -> socket.socket | int:
        family, kind, protocol, (host, port, *_) = address
        shown = host.decode() if isinstance(host, bytes) else host
        policy = self._policy
        if family not in (socket.AF_INET, socket.AF_INET6):
            self._trouble = TransferError("the address is not one of the Internet", Grade.HARD)
            return pycurl.SOCKET_BAD
        if reason := refusal(shown, port, policy.allow_networks, policy.allow_ports):
            self._trouble = TransferError(reason, Grade.HARD)
            return pycurl.SOCKET_BAD
        self.own = bool(policy.allow_networks and refusal(shown, port, (), policy.allow_ports))
        made = socket.socket(family, kind, protocol)
        self._sockets.append(made)  # libcurl works with a duplicate
        self._trouble = None  # of another address of the same name
        return made

    def on_header(self, line: bytes) -> int | None:
        self._header_bytes += len(line)
        if self._header_bytes > self._policy.max_headers:
            return self._stop(f"the answer's headers are larger than max_headers ({self._policy.max_headers:,} bytes)")
        if self._headers_done:  # what follows the body says nothing about it
            return None
        if not line.strip():
            self._headers_done = self.answer.status >= HTTPStatus.OK
            self._expects_status = True  # of the final answer, after an interim one
        elif self._expects_status:
            self._expects_status = False
            found = _STATUS_LINE.match(line)
            self.answer.status = int(found[1]) if found else 0
            self.answer.headers.clear()
        else:
            self._keep(*line.decode("latin-1").split(":", 1))
        return None

    def _keep(self, name: str, value: str = "") -> None:
        told, name, value = self.answer.headers, name.strip().lower(), value.strip()
        if name == "set-cookie":
            pair, _, _ = value.partition("=" if _ENDED.search(value) else ";")
            told[name] = "; ".join(filter(None, [told.get(name, ""), pair.strip()]))
        elif name in _LISTS and told.get(name):
            told[name] = f"{told[name]}, {value}"
        else:
            told.setdefault(name, value)

    def on_body(self, data: bytes) -> int | None:
        self._received += len(data)
        if self._received > self._policy.max_transfer:
            return self._stop(self._too_large("max_transfer", self._policy.max_transfer))
        try:
            if self._unpacker is None:
                packed = self.answer.headers.get("content-encoding", "")
                self._unpacker = Unpacker(packed, self._policy.max_size)
            self.answer.body += self._unpacker.unpack(data)
        except TooLargeError:
            return self._stop(self._too_large("max_size", self._policy.max_size))
        except PackingError as error:
            if self.answer.status in GOOD:
                return self._stop(str(error))
            self._enough = True  # the status says more than the body
            return _STOP
        if self.answer.status not in GOOD and len(self.answer.body) > _ENOUGH:
            self._enough = True
            return _STOP
        return None

    def close(self) -> None:
        for made in self._sockets:
            made.close()

    def finish(self, failed: TransferError | None = None) -> Response:
        """The whole answer; raises TransferError if there is none, for our own reasons first."""
        if self._trouble is not None and failed:
            raise self._trouble
        if failed and not self._enough:
            raise failed
        if not self.answer.status:
            raise TransferError("the answer is not valid HTTP: its status is no number of three digits")
        if self.answer.status not in GOOD:
            return self.answer
        try:
            if self._unpacker is not None:
                self._unpacker.finish()
            if self.answer.body.startswith(_GZIP):  # a file that is packed itself: sitemap.xml.gz
                self.answer.body = self._unpacked(self.answer.body)
        except PackingError as error:
            raise TransferError(str(error)) from None
        except TooLargeError:
            raise TransferError(self._too_large("max_size", self._policy.max_size)) from None
        return self.answer

    def _unpacked(self, body: bytearray) -> bytearray:
        unpacker = Unpacker("gzip", self._policy.max_size)
        whole = bytearray(unpacker.unpack(bytes(body)))
        unpacker.finish()
        return whole

    def _stop(self, reason: str) -> int:
        self._trouble = TransferError(reason)
        return _STOP

    @staticmethod
    def _too_large(name: str, limit: int) -> str:
        return f"the document is larger than {name} ({limit:,} bytes)"


def _milliseconds(time: timedelta) -> int:
    return max(1, int(time.total_seconds() * 1000))
