"""Sending one document, by the same guard as fetching. Redirects are not followed, and what is answered is not read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

import pycurl

from aggregator.fetch import reasons
from aggregator.fetch.policy import FetchPolicy
from aggregator.fetch.politeness import retry_after
from aggregator.fetch.transfer import Response, Transfer, TransferError
from aggregator.text.urls import ascii_form, web_link

_NO_MORE = 0  # what a callback returns to end the transfer


class Receipt(NamedTuple):
    """What a server said to a document: its status, 0 if there was no answer; and why it is not accepted, in words."""

    status: int
    reason: str = ""
    wait: timedelta | None = None  #: how long it asks us to wait

    @property
    def accepted(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class _Posting(Transfer):
    """A transfer of which the status is all that matters: a server that has given it has decided."""

    def on_body(self, _data: bytes) -> int | None:
        return _NO_MORE

    def finish(self, failed: TransferError | None = None) -> Response:
        if self._headers_done:
            return self.answer
        return super().finish(failed)


def post(url: str, body: bytes, headers: Mapping[str, str], policy: FetchPolicy, now: datetime) -> Receipt:
    """Posts a document and waits for the status; within the policy's times, and only to where it allows."""
    transfer = _Posting(policy)
    try:
        if not (link := ascii_form(web_link(url))):
            return Receipt(0, reasons.not_http(url))
        curl = transfer.curl(link, {"Accept": "*/*", "Expect": "", **headers}, policy.timeout)
        curl.setopt(pycurl.POSTFIELDS, body)
        answer = _answer(transfer, curl, link, policy)
    except ValueError:
        return Receipt(0, reasons.not_http(url))
    except TransferError as error:
        return Receipt(0, " ".join(str(error).split()))
    finally:
        transfer.close()
    asked = retry_after(answer.headers.get("retry-after"), now)
    return Receipt(answer.status, reasons.of_status(answer.status), asked)


def _answer(transfer: _Posting, curl: pycurl.Curl, link: str, policy: FetchPolicy) -> Response:
    try:
        curl.perform()
    except pycurl.error as error:
        return transfer.finish(reasons.of_error(curl, error, link, policy))
    else:
        return transfer.finish()
    finally:
        curl.close()
