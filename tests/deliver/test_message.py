"""The message itself: two parts in any script, headers that nobody can break out of, nothing that is fetched."""

from __future__ import annotations

import email
import re
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.deliver.message import Letter, message, message_id, one_line
from aggregator.jobs import mailing
from tests.deliver.conftest import Making, a_day_passes, mail, smtp
from tests.deliver.postoffice import PostOffice
from tests.fakes import START, Clock
from tests.samples import make_item

WHOM = "ann@readers.example"
HOSTILE = "人工智能\r\nBcc: victim@example.org\r\n\r\n.\r\nMAIL FROM:<x@x>\r\n<script>alert(1)</script><img src=//t>"


def letter(**parts: str) -> Letter:
    said = {
        "mail": "daily", "period": "2025-03-16", "subject": "Wire: Sunday", "text": "One\n", "html": "<p>One</p>",
        "sender": "wire@wire.example", "sender_name": "AI Policy Wire", "operator": "op@wire.example",
    }  # fmt: skip
    return Letter(**said | parts)


def decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


def parsed(made: EmailMessage) -> EmailMessage:
    found = email.message_from_bytes(made.as_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(found: EmailMessage, kind: str) -> str:
    body = found.get_body((kind,))
    assert body
    return str(body.get_content()).replace("\r\n", "\n")


def test_chinese_arrives_as_it_was_in_both_parts_by_any_server(make: Making, office: PostOffice, clock: Clock) -> None:
    title, summary = "网信办发布《人工智能生成合成内容标识办法》" * 3, "<p>." + "自九月一日起施行。" * 40 + "</p>"
    service = make(smtp(office.port) + mail(WHOM, more='title = "政策日报:人工智能与芯片出口管制每日摘要"'))
    dots = make_item("b", title="..leading dots.")
    a_day_passes(service, clock, make_item("a", ["topic/policy"], title=title, summary=summary, lang="zh"), dots)
    mailing.send(service)
    (found,) = office.messages
    assert office.raw[0].isascii()
    assert max(map(len, office.raw[0].split(b"\r\n"))) <= 998
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    assert found["Subject"] == "政策日报:人工智能与芯片出口管制每日摘要: Sunday 16 March 2025"
    assert f"* {title}\n" in text_of(found, "plain")
    assert "* ..leading dots.\n" in text_of(found, "plain")
    assert f"<strong>{title}</strong>" in text_of(found, "html")
    assert "自九月一日起施行。" in text_of(found, "html")


def test_a_hostile_title_stays_text(make: Making, office: PostOffice, clock: Clock) -> None:
    service = make(smtp(office.port) + mail(WHOM, more='title = "Wire\\r\\nBcc: victim@example.org"'))
    a_day_passes(service, clock, make_item("a", ["topic/policy"], title=HOSTILE, summary=""))
    mailing.send(service)
    (found,) = office.messages
    assert office.recipients == [WHOM]
    assert found["Bcc"] is None
    assert found["Subject"].startswith("Wire Bcc: victim@example.org: ")
    assert "MAIL FROM:<x@x>" in text_of(found, "plain")
    html = text_of(found, "html")
    assert "<script" not in html
    assert re.findall(r"<(?:img|link|iframe|style|object)|src=|url\(", html.replace("&lt;img src=//t&gt;", "")) == []


@given(st.text(), st.text(), st.text(max_size=200))
def test_no_text_makes_headers_or_parts(subject: str, name: str, body: str) -> None:
    made = message(letter(subject=subject, sender_name=name, text=body, html=""), WHOM, START)
    found = parsed(made)
    assert sorted(found.keys()) == sorted([
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "Auto-Submitted",
        "MIME-Version", "Content-Type",
    ])  # fmt: skip
    assert len(list(found.iter_parts())) == 2
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", made.as_bytes()) is None


def test_headers_say_who_when_and_how_to_leave() -> None:
    found = parsed(message(letter(), WHOM, START))
    assert str(found["From"]) == "AI Policy Wire <wire@wire.example>"
    assert (found["To"], found["Reply-To"]) == (WHOM, "op@wire.example")
    assert parsedate_to_datetime(found["Date"]) == START
    assert found["List-Unsubscribe"] == "<mailto:op@wire.example?subject=unsubscribe%20daily>"
    assert found["List-Id"] == "<daily.wire.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert f"You get this because {WHOM} stands in the list “daily”." in text_of(found, "plain")


@example("AI Policy Wire: China, the United States, the European Union and everybody else in the world", "")
@example("a" * 100, "政策 AI 人工智能 GPT-4o 政策: Monday")
@example('Wire "beta" \\ (two)', "=?utf-8?q?hi?=")
@given(st.text(), st.text(alphabet="政策 AI日:,=?_", max_size=300))
def test_a_name_and_a_subject_are_read_as_they_were_written(name: str, subject: str) -> None:
    made = message(letter(sender_name=name, subject=subject), WHOM, START)
    raw = email.message_from_bytes(made.as_bytes())  # the newer parser puts spaces between encoded words of a name
    named, address = parseaddr(raw["From"])
    assert (decoded(named), address) == (one_line(name), "wire@wire.example")
    assert len(parsed(made)["From"].addresses) == 1
    assert decoded(raw["Subject"]) == one_line(subject)


def test_long_addresses_are_left_whole() -> None:
    far = f"{'a' * 60}@{'sub.' * 15}wire.example"
    made = message(letter(mail="m" * 60, operator=far, sender=f"w@{'sub.' * 20}wire.example"), far, START)
    found = parsed(made)
    assert (found["To"], found["Reply-To"]) == (far, far)
    assert found["List-Unsubscribe"] == f"<mailto:{far}?subject=unsubscribe%20{'m' * 60}>"
    assert b"=?" not in made.as_bytes()


@pytest.mark.parametrize("other", [{"mail": "weekly"}, {"period": "2025-03-17"}])
def test_a_message_id_is_that_of_mail_period_and_recipient(other: dict[str, str]) -> None:
    here = message_id(letter(), WHOM)
    assert re.fullmatch(r"<[0-9a-f]{40}@wire\.example>", here)
    assert message_id(letter(subject="x", text="y"), WHOM) == here
    assert message_id(letter(**other), WHOM) != here
    assert message_id(letter(), "bob@readers.example") != here
