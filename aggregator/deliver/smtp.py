"""Mail by SMTP (RFC 5321): one connection for a run, one recipient a message. The answer is always a value."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from threading import Timer
from types import TracebackType

import certifi

from aggregator.config.outgoing import SmtpSettings
from aggregator.model.delivery import Attempt

_LONGEST = 240.0  # seconds that one message may take in all, whatever the server drips: less than a claim lasts
_TRANSIENT, _PERMANENT = 4, 5  # first digits of refusals (RFC 5321, 4.2.1)
_CLOSING = 421  # by which a server ends a session (RFC 5321, 3.8)


class Mailer:
    """A connection to the mail server, made when the first message is sent."""

    def __init__(self, settings: SmtpSettings, password: str = "") -> None:
        self._settings = settings
        self._password = password
        self._smtp: smtplib.SMTP | None = None
        self._accepted = 0  # messages, in this session
        self._closed = False  # whether the server has ended it

    def __enter__(self) -> Mailer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def send(self, message: EmailMessage, recipient: str) -> Attempt:
        """Hands a message over. What the server did not confirm counts as not delivered.

        A server that ends a session after so many messages is greeted anew.
        """
        accepted = self._accepted
        sent = self._sent(message, recipient)
        ended = accepted and sent.affects_all and self._closed
        return self._sent(message, recipient) if ended else sent

    def _sent(self, message: EmailMessage, recipient: str) -> Attempt:
        self._closed = False
        try:
            with self._in_time():
                return self._handed_over(message.as_bytes(), recipient)
        except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: a password that is not ASCII
            self._leave(politely=False)
            return Attempt(reason=f"mail server {self._settings.host}: {_words(error)}", affects_all=True)

    def _handed_over(self, content: bytes, recipient: str) -> Attempt:
        smtp = self._connected()
        if refused := self._said("the sender", *smtp.mail(self._settings.sender), affects_all=True):
            return refused
        if refused := self._said("the recipient", *smtp.rcpt(recipient)):
            return refused
        try:
            answer = smtp.data(content)  # with dots at the beginning of lines doubled (RFC 5321, 4.5.2)
        except smtplib.SMTPDataError as error:
            answer = error.smtp_code, _octets(error.smtp_error)
        if refused := self._said("the message", *answer):
            return refused
        self._accepted += 1
        return Attempt(delivered=True)

    def _said(self, what: str, code: int, words: bytes, *, affects_all: bool = False) -> Attempt | None:
        """What a refusal means, None if it is none. A sender who is refused is our mistake, and can be mended; after an
        answer that is neither yes nor no, both begin anew.
        """
        if 200 <= code < 300:
            return None
        reason = f"the mail server refused {what}: {code} {_text(words)}"
        if code == _CLOSING or code // 100 not in (_TRANSIENT, _PERMANENT):
            self._leave(politely=False)
            self._closed = code == _CLOSING
            return Attempt(reason=reason, affects_all=True)
        self._reset()
        return Attempt(reason=reason, final=code // 100 != _TRANSIENT and not affects_all, affects_all=affects_all)

    def _reset(self) -> None:
        try:
            if self._smtp:
                self._smtp.rset()
        except (OSError, smtplib.SMTPException):  # what it said before holds all the same
            self._leave(politely=False)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            said, seconds = self._settings, self._settings.timeout.total_seconds()
            us = said.sender.rpartition("@")[2]
            # Each is known before it connects, which its making does: a server may drip its greeting, too.
            if said.security == "tls":
                self._smtp = secured = smtplib.SMTP_SSL.__new__(smtplib.SMTP_SSL)
                smtplib.SMTP_SSL.__init__(secured, said.host, said.port, us, timeout=seconds, context=_trusting())
            else:
                self._smtp = smtplib.SMTP.__new__(smtplib.SMTP)
                smtplib.SMTP.__init__(self._smtp, said.host, said.port, us, timeout=seconds)
            if said.security == "starttls":
                self._smtp.starttls(context=_trusting())  # raises where the server has none: no way back to plain text
            self._smtp.ehlo_or_helo_if_needed()
            if said.user:
                self._smtp.login(said.user, self._password)
        return self._smtp

    def _leave(self, *, politely: bool = True) -> None:
        if smtp := self._smtp:
            self._smtp, self._accepted = None, 0
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit() if politely else smtp.close()

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Ends a conversation that takes too long as a whole, though each answer comes in time."""
        timer = Timer(_LONGEST, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        smtp = self._smtp
        if smtp and smtp.sock:
            with suppress(OSError):
                smtp.sock.shutdown(socket.SHUT_RDWR)


def _trusting() -> ssl.SSLContext:
    """TLS with certificates that are checked, against the same authorities as those of sources."""
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or certifi.where())


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(_octets(error.smtp_error))}"
    if isinstance(error, TimeoutError) or "timed out" in str(error):  # smtplib makes another error of some
        return "no answer in time"
    return " ".join(str(error).split()) or type(error).__name__


def _octets(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _text(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split())[:300]
