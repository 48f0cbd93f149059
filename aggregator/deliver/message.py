"""A digest as a mail message: plain text and HTML, to one recipient, with nothing that is fetched. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, Policy
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from aggregator.text.html import storable

_LONGEST_LINE = 900  # characters
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ENDS = re.compile(r"\s+")
_PAGE = Markup(
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{}</title></head><body>\n{}\n</body></html>\n'
)


class _Verbatim:
    """A header in ASCII without spaces: the library would put a long one into encoded words, which nobody reads there.

    A line may have 998 characters (RFC 5322, 2.1.1).
    """

    max_count = 1

    @staticmethod
    def parse(value: str, parts: dict[str, Any]) -> None:
        parts["parse_tree"], parts["decoded"] = None, value

    def fold(self, *, policy: Policy) -> str:
        name: str = getattr(self, "name")  # noqa: B009 - of BaseHeader, with which the registry mixes it
        return f"{name}: {self.written(str(self))}{policy.linesep}"

    @staticmethod
    def written(value: str) -> str:
        return value


class _Text(_Verbatim):
    """Words for people. The library's own folding loses spaces between words in ASCII and others (RFC 2047, 6.2)."""

    @staticmethod
    def written(value: str) -> str:
        plain = value.isascii() and "=?" not in value and len(value) <= _LONGEST_LINE
        return value if plain else Header(value, "utf-8", header_name="Subject").encode(linesep=SMTP.linesep)


class _Mailbox(_Verbatim):
    """A name and an address, as `name <address>`: folding breaks a quoted name and leaves its quotes out."""

    @staticmethod
    def written(value: str) -> str:
        name, _, address = value.rpartition(" <")
        said = _Text.written(name)
        if said == name and not _ATOMS.fullmatch(name):
            said = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
        return f"{said}{SMTP.linesep} <{address}"


def _policy() -> Any:
    registry: Any = HeaderRegistry()
    for name in ("to", "reply-to", "message-id", "list-id", "list-unsubscribe"):
        registry.map_to_type(name, _Verbatim)
    registry.map_to_type("subject", _Text)
    registry.map_to_type("from", _Mailbox)
    # Any server takes ASCII: what is not, the library encodes, whatever the server says that it can do (RFC 2045).
    return SMTP.clone(cte_type="7bit", header_factory=registry)


_POLICY = _policy()


@dataclass(frozen=True, slots=True)
class Letter:
    """What is the same for all recipients of a digest."""

    mail: str  #: the id of the table in feeds.toml
    period: str
    subject: str
    text: str
    html: str  #: a fragment
    sender: str
    sender_name: str
    operator: str  #: who reads answers, and wishes to unsubscribe


def message(letter: Letter, recipient: str, now: datetime) -> EmailMessage:
    """The message for one recipient (RFC 5322): multipart/alternative, plain text first (RFC 2046, 5.1.4)."""
    made = EmailMessage(_POLICY)
    headers = {
        "From": f"{one_line(letter.sender_name)} <{letter.sender}>",
        "To": recipient,
        "Reply-To": letter.operator,
        "Subject": one_line(letter.subject),
        "Date": now,
        "Message-ID": message_id(letter, recipient),
        "List-Id": f"<{letter.mail}.{_domain(letter.sender)}>",  # RFC 2919
        "List-Unsubscribe": f"<{_unsubscribing(letter)}>",  # RFC 2369; without accounts no address could do it (8058)
        "Auto-Submitted": "auto-generated",  # no answers from machines (RFC 3834)
    }
    for name, value in headers.items():
        made[name] = value
    footer = f"You get this because {recipient} stands in the list “{letter.mail}”."
    leave = f"To leave it, write to {letter.operator}."
    made.set_content(f"{_body(letter.text)}\n{footer}\n{leave}\n")
    notice = Markup('<hr><p>{} To leave it, <a href="{}">write to {}</a>.</p>').format(
        footer, _unsubscribing(letter), letter.operator
    )
    page = _PAGE.format(one_line(letter.subject), Markup(_body(letter.html)) + notice)  # noqa: S704 - made by publish
    made.add_alternative(page, subtype="html")
    return made


def message_id(letter: Letter, recipient: str) -> str:
    """The same for the same digest and recipient, so that a repeat can be told to be one (RFC 5322, 3.6.4)."""
    of = "\n".join((letter.mail, letter.period, recipient))
    return f"<{sha256(of.encode()).hexdigest()[:40]}@{_domain(letter.sender)}>"


def one_line(text: str) -> str:
    """Text that cannot end a header and begin another."""
    return _ENDS.sub(" ", storable(text)).strip()


def _body(text: str) -> str:
    return storable(text).replace("\r\n", "\n").replace("\r", "\n")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _unsubscribing(letter: Letter) -> str:
    return f"mailto:{quote(letter.operator, safe='@')}?subject={quote(f'unsubscribe {letter.mail}')}"
