"""Digests by mail: a closed digest goes once to each recipient."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from aggregator.bootstrap import Service
from aggregator.config import Config
from aggregator.config.outgoing import MailSettings, SmtpSettings
from aggregator.config.secrets import secret
from aggregator.deliver.message import Letter, message
from aggregator.deliver.smtp import Mailer
from aggregator.digests import parse_period
from aggregator.digests.select import select
from aggregator.errors import SecretError
from aggregator.jobs import sending
from aggregator.model import ClosedDigest, Digest
from aggregator.model.delivery import Attempt, Channel, Parcel, Subscription
from aggregator.publish import digest as publish
from aggregator.query import ItemQuery, parse_query
from aggregator.store import deliveries, digests

log = logging.getLogger("aggregator")
_EMPTY = "it has no story in it"  # why a digest is not sent
_BACK = timedelta(days=35)  # a digest that was closed longer ago is no news: it is not sent any more


class MailRun(NamedTuple):
    """What messages are made and sent with, for a run."""

    service: Service
    config: Config
    mailer: Mailer
    smtp: SmtpSettings
    letters: dict[tuple[str, str], Letter]


def send_mail(service: Service) -> None:
    if (done := send(service)) != sending.Tally():
        log.info("mail: %s", done)


def send(service: Service) -> sending.Tally:
    """Sends the digests that are due; a recipient gets those that are closed from now on."""
    config, now = service.config, service.clock()
    wanted = [
        Subscription(Channel.MAIL, mail.id, whom, mail.cadence) for mail in config.mails for whom in mail.recipients
    ]
    for gone in deliveries.subscribe(service.db, Channel.MAIL, wanted, now):
        log.warning("mail %s: feeds.toml does not name this recipient any more", gone)
    if config.smtp is None or not config.mails:
        return sending.Tally()
    _plan(service, config)
    try:
        password = secret(config, config.smtp.password) if config.smtp.password else ""
    except SecretError as error:
        missing = Attempt(reason=str(error), affects_all=True)
        return sending.run(service, Channel.MAIL, lambda _: missing, _server)
    with Mailer(config.smtp, password) as mailer:
        attempt = partial(_attempt, MailRun(service, config, mailer, config.smtp, {}))
        return sending.run(service, Channel.MAIL, attempt, _server)


def _server(_parcel: Parcel) -> str:
    """All mail goes by one server."""
    return "smtp"


def _plan(service: Service, config: Config) -> None:
    """Writes down who is to get which digest: those of days and weeks that are closed since a recipient is one."""
    now = service.clock()
    begun = {(one.target, one.recipient): one.begun for one in deliveries.subscriptions(service.db, Channel.MAIL)}
    for mail in config.mails:
        listed = digests.archive(service.db, weekly=mail.cadence == "weekly", limit=_BACK.days)
        recent = [one.period for one in reversed(listed) if one.closed > now - _BACK]  # in the order of reading
        periods = (parse_period(name, ZoneInfo(config.site.timezone)) for name in recent)
        ended = {period.name: period.end + config.digest.closes_after for period in periods if period}
        _plan_again(service, mail, {one.period: one.closed for one in listed})
        known = deliveries.planned(service.db, Channel.MAIL, mail.id, ended.keys())
        for period, end in ended.items():
            to = [whom for whom in mail.recipients if (since := begun.get((mail.id, whom))) and since < end]
            new = {Parcel(Channel.MAIL, mail.id, period, whom): None for whom in to}.keys() - known
            if new:
                deliveries.plan(service.db, sorted(new), now, _why_not(service, mail, period))


def _plan_again(service: Service, mail: MailSettings, closed: Mapping[str, datetime]) -> None:
    """Digests that were empty when a clock that was ahead had closed them, and are closed anew, are sent after all."""
    empty = deliveries.skipped_before(service.db, Channel.MAIL, mail.id, closed, _EMPTY, service.clock())
    filled = [period for period in empty if not _why_not(service, mail, period)]
    deliveries.plan_again(service.db, Channel.MAIL, mail.id, filled, _EMPTY, service.clock())


def _why_not(service: Service, mail: MailSettings, period: str) -> str:
    kept = digests.closed(service.db, period)
    if mail.send_empty or (kept and _selected(mail, kept).pieces):
        return ""
    return _EMPTY


def _selected(mail: MailSettings, kept: ClosedDigest) -> Digest:
    return select(kept.digest, _query(mail, kept))


def _query(mail: MailSettings, kept: ClosedDigest) -> ItemQuery:
    local = kept.digest.end.astimezone(ZoneInfo(kept.digest.timezone))
    return parse_query(parse_qsl(mail.filter), local.date(), kept.digest.timezone).pinned()


def _attempt(run: MailRun, parcel: Parcel) -> Attempt:
    # feeds.toml as it is now: a run may take an hour, and who leaves the list gets nothing more.
    mail = next((mail for mail in run.service.config.mails if mail.id == parcel.target), None)
    if mail is None or parcel.recipient not in mail.recipients:
        return Attempt(moot=True, reason="feeds.toml does not name this recipient any more")
    letter = run.letters.get((mail.id, parcel.subject))
    if letter is None:
        kept = digests.closed(run.service.db, parcel.subject)
        if kept is None:
            return Attempt(moot=True, reason="the digest is not there any more")
        letter = run.letters[mail.id, parcel.subject] = _letter(run.config, mail, run.smtp, kept)
    return run.mailer.send(message(letter, parcel.recipient, run.service.clock()), parcel.recipient)


def _letter(config: Config, mail: MailSettings, smtp: SmtpSettings, kept: ClosedDigest) -> Letter:
    period = parse_period(kept.digest.period, ZoneInfo(kept.digest.timezone))
    title = f"{mail.title or config.site.title}: {publish.in_words(period) if period else kept.digest.period}"
    address = publish.address_of(config.address, kept.digest.period, _query(mail, kept))
    note = None if mail.filter else config.notes.get(kept.digest.period)
    page = publish.DigestPage(title, address, config.address, _selected(mail, kept), kept, note=note)
    return Letter(
        mail.id, kept.digest.period, title, publish.plain_text(page), publish.html(page), smtp.sender,
        config.site.title, smtp.operator,
    )  # fmt: skip
