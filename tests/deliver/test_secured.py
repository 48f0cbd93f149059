"""Connections to the mail server: TLS with a certificate that is checked, logging in, no way back to plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.jobs import mailing
from aggregator.jobs.sending import Tally
from tests.deliver.conftest import Making, a_day_passes, mail, reasons, smtp
from tests.deliver.postoffice import PostOffice, open_office
from tests.fakes import Clock
from tests.fetch.conftest import Certificate

WHOM = "ann@readers.example"
LOGIN = ('user = "wire"', 'password = "file:password"')


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_secured_connection_and_a_login(
    make: Making, clock: Clock, trusted: Certificate, tmp_path: Path, security: str
) -> None:
    (tmp_path / "password").write_text("right\n", encoding="utf-8")
    office = PostOffice()
    service = make(smtp(office.port, *LOGIN, security=security) + mail(WHOM))
    a_day_passes(service, clock)
    context = trusted.context()
    with open_office(office, *((context, None) if security == "tls" else (None, context)), login=security != "tls"):
        assert mailing.send(service) == Tally(sent=1)
    assert office.recipients == [WHOM]
    assert set(office.logins) == {("wire", "right")}


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_signed_is_refused_and_no_password_sent(
    make: Making, clock: Clock, certificate: Certificate, tmp_path: Path, security: str
) -> None:
    (tmp_path / "password").write_text("right", encoding="utf-8")
    office = PostOffice()
    service = make(smtp(office.port, *LOGIN, security=security) + mail(WHOM))
    a_day_passes(service, clock)
    context = certificate.context()
    with open_office(office, *((context, None) if security == "tls" else (None, context))):
        assert mailing.send(service) == Tally(waiting=1)
    assert (office.taken, office.logins) == ([], [])
    assert "certificate" in reasons(service)[0]


def test_a_server_without_starttls_gets_nothing(make: Making, office: PostOffice, clock: Clock) -> None:
    service = make(smtp(office.port, security="starttls") + mail(WHOM))
    a_day_passes(service, clock)
    assert mailing.send(service) == Tally(waiting=1)
    assert office.taken == []
    assert "STARTTLS" in reasons(service)[0]


def test_a_password_that_is_wrong_or_missing_loses_nothing_and_is_told_nowhere(
    make: Making, clock: Clock, trusted: Certificate, tmp_path: Path
) -> None:
    office = PostOffice()
    service = make(smtp(office.port, *LOGIN, security="starttls") + mail(WHOM))
    a_day_passes(service, clock)
    with open_office(office, None, trusted.context(), login=True):
        assert mailing.send(service) == Tally(waiting=1)
        assert reasons(service) == [
            "the file password cannot be read (No such file or directory); let the program read it"
        ]
        (tmp_path / "password").write_text("hunter2", encoding="utf-8")
        clock.advance(minutes=1)
        assert mailing.send(service) == Tally(waiting=1)
        assert "535" in reasons(service)[0]
        assert "hunter2" not in reasons(service)[0]
        (tmp_path / "password").write_text("right", encoding="utf-8")
        clock.advance(minutes=3)
        assert mailing.send(service) == Tally(sent=1)
