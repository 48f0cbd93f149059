"""The tables of feeds.toml for what is sent: the mail server, digests by mail, webhooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from aggregator.config.values import SECRET_PLACE, Duration, Filter, Name, Port, Slug, WebAddress
from aggregator.errors import Problem
from aggregator.tomlcheck import Lines, StrictTable, line_at, mistake

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOMAIN = r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@{_DOMAIN}")
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_LONGEST_WAIT = timedelta(minutes=2)


def _mail_address(value: str) -> str:
    if not _ADDRESS.fullmatch(value) or len(value) > 254:  # RFC 5321, 4.5.3.1.3
        raise mistake(f"{value!r} is not a mail address", 'write it bare and in ASCII, such as "wire@example.org"')
    return value


def _secret(value: Any) -> str:
    # What stands there may be the secret itself: no message repeats it.
    if not isinstance(value, str) or not SECRET_PLACE.fullmatch(value):
        raise mistake("a secret does not belong in this file", 'write where it is: "env:VARIABLE" or "file:/path"')
    return value


def _is_address(value: str) -> bool:
    try:
        return bool(ip_address(value))
    except ValueError:
        return False


def _host(value: str) -> str:
    if value.startswith("[") and _is_address(value.strip("[]")):
        raise mistake(f"{value!r} has brackets", f'write "{value.strip("[]")}"')
    if ":" in value and not _is_address(value):
        raise mistake(f"{value!r} has a port", "write it as port = 587, in a line of its own")
    if not _HOST.fullmatch(value):
        raise mistake(f"{value!r} is not the name of a server", 'write it as "mail.example.org"')
    return value


MailAddress = Annotated[str, AfterValidator(_mail_address)]
SecretPlace = Annotated[str, BeforeValidator(_secret)]
Host = Annotated[str, AfterValidator(_host)]


class SmtpSettings(StrictTable):
    host: Host = Field(description="the mail server", examples=["mail.example.org"])
    port: Port = Field(587, description="its port: 587 as a rule, 465 with tls", examples=[587])
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="how the connection is secured", examples=["starttls"]
    )
    user: str = Field("", description="the name to log in with", examples=["wire"])
    password: SecretPlace | None = Field(None, description="where the password is", examples=["env:WIRE_SMTP_PASSWORD"])
    sender: MailAddress = Field(description="the address that digests come from", examples=["wire@example.org"])
    reply_to: MailAddress | None = Field(
        None, description="where answers and wishes to unsubscribe go; the sender if left out",
        examples=["you@example.org"],
    )  # fmt: skip
    timeout: Duration = Field(
        timedelta(seconds=30), description="longest wait for the server's next word", examples=["30s"]
    )

    @property
    def operator(self) -> str:
        """Who reads what readers write."""
        return self.reply_to or self.sender

    @model_validator(mode="after")
    def _fits_together(self) -> SmtpSettings:
        if bool(self.user) != bool(self.password):
            raise mistake("a user and a password belong together", "write both keys, or neither")
        if self.timeout > _LONGEST_WAIT:
            raise mistake("a timeout of more than 2 minutes would outlast a claim", 'write "2m" at most')
        if self.password and self.security == "none":
            raise mistake("a password is not sent without TLS", 'write security = "starttls" or "tls"')
        return self


class MailSettings(StrictTable):
    id: Slug = Field(description="a short name; keep it once it is chosen", examples=["policy-daily"])
    recipients: tuple[MailAddress, ...] = Field(
        description="who gets it; nobody sees the others", examples=[["reader@example.org"]]
    )
    cadence: Literal["daily", "weekly"] = Field(description="which digests are sent", examples=["daily"])
    filter: Filter = Field("", description="which stories; all if left out", examples=["topic=policy&region=cn"])
    title: Name = Field("", description="begins the subject; the site's title if left out", examples=["Policy daily"])
    send_empty: bool = Field(False, strict=True, description="also send digests without a story", examples=[True])

    @field_validator("recipients")
    @classmethod
    def _somebody(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise mistake("nobody gets it", 'write an address: ["reader@example.org"]')
        return value


class WebhookSettings(StrictTable):
    id: Slug = Field(description="a short name; keep it once it is chosen", examples=["chip-alerts"])
    url: WebAddress = Field(
        min_length=1, description="where stories are posted", examples=["https://hooks.example.org/wire"]
    )
    query: Slug = Field(description="the id of a `[[query]]`: which stories", examples=["chip-rules"])
    secret: SecretPlace = Field(description="where the key is that signs", examples=["env:WIRE_HOOK_SECRET"])


def problems(
    smtp: SmtpSettings | None, mails: tuple[MailSettings, ...], webhooks: tuple[WebhookSettings, ...],
    queries: set[str], lines: Lines, name: str,
) -> Iterator[Problem]:  # fmt: skip
    """What one table says and another does not bear out."""
    if mails and smtp is None:
        remedy = "add an [smtp] table with host and sender"
        yield Problem(name, line_at(lines, ("mail", 0)), "there is no server to send mail by", remedy)
    for index, webhook in enumerate(webhooks):
        if webhook.query not in queries:
            known = ", ".join(sorted(queries))
            remedy = f"write one of: {known}" if known else "add a [[query]] table with that id"
            yield Problem(name, line_at(lines, ("webhook", index, "query")), f"no query {webhook.query!r}", remedy)
