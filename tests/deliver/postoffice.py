"""A mail server on loopback that keeps what it gets, and behaves as a test says."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.processes import free_port


@dataclass
class PostOffice:
    """What a server has taken, and what it says to a recipient instead of taking it."""

    port: int = field(default_factory=free_port)
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)  #: by recipient; "" is for all
    sender_refusal: str = ""
    per_session: int = 1000  #: messages
    sessions: list[int] = field(default_factory=list)  #: messages that each began
    verdict: str = "250 taken"  #: on a whole message
    hang: float = 0.0  #: seconds before each answer to a whole message
    on_rcpt: Callable[[], None] = lambda: None
    on_data: Callable[[], None] = lambda: None  #: after it was taken, before the answer
    logins: list[tuple[str, str]] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        return sorted(recipient for recipient, _ in self.taken)

    @property
    def messages(self) -> list[EmailMessage]:
        return [message for _, message in self.taken]

    async def handle_MAIL(  # noqa: N802
        self, _1: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        begun = session.begun = getattr(session, "begun", 0) + 1
        self.sessions = [*self.sessions[:-1], begun] if begun > 1 else [*self.sessions, begun]
        if begun > self.per_session:
            return "421 4.7.0 too many messages in this session"
        if self.sender_refusal:
            return self.sender_refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _1: SMTP, _2: Session, envelope: Envelope, address: str, _o: Any) -> str:  # noqa: N802
        self.on_rcpt()
        if refusal := self.refusals.get(address, self.refusals.get("")):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _1: SMTP, _2: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.hang)
        if self.verdict.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            message = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.taken += [(recipient, message) for recipient in envelope.rcpt_tos]
        self.on_data()
        return self.verdict

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"right", handled=False)


@contextmanager
def open_office(
    office: PostOffice,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    *,
    login: bool = False,
) -> Iterator[PostOffice]:
    """The server, until the end of the block; at the same port whenever it opens."""
    controller = Controller(
        office, hostname="127.0.0.1", port=office.port, ssl_context=tls, tls_context=starttls,
        require_starttls=bool(starttls), auth_required=login, auth_require_tls=bool(starttls),
        authenticator=office.authenticate,
    )  # fmt: skip
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
