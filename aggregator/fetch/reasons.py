"""Why there is no document, in words for the person who edits feeds.toml."""

from __future__ import annotations

import os
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import pycurl

from aggregator.fetch.policy import FetchPolicy
from aggregator.fetch.transfer import TransferError
from aggregator.model import Grade
from aggregator.text.urls import as_told, authority

_CERTIFICATE = (pycurl.E_PEER_FAILED_VERIFICATION, pycurl.E_SSL_CACERT_BADFILE, pycurl.E_SSL_INVALIDCERTSTATUS)
_NO_TLS = (pycurl.E_SSL_CONNECT_ERROR, pycurl.E_SSL_CIPHER)
_WEIRD_REPLY, _HTTP2_STREAM, _HEADERS_TOO_LARGE = 8, 92, 100  # pycurl has no names for them
_NOT_HTTP = (
    pycurl.E_UNSUPPORTED_PROTOCOL,  # an answer without a status line is taken for HTTP/0.9
    _WEIRD_REPLY, _HEADERS_TOO_LARGE, pycurl.E_BAD_CONTENT_ENCODING, pycurl.E_HTTP2,
)  # fmt: skip
_BROKEN_OFF = (pycurl.E_PARTIAL_FILE, pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR, _HTTP2_STREAM)
_HARD = (HTTPStatus.GONE, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS)
_TEMPORARY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


def of_status(status: int) -> str:
    """What an answer says by its status."""
    try:
        return f"the server answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"the server answered {status}"


def grade_of_status(status: int) -> Grade:
    """How bad a status is: servers in trouble mend themselves, documents that moved need a person."""
    if status in _HARD:
        return Grade.HARD
    return Grade.TEMPORARY if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TEMPORARY else Grade.SOFT


def of_error(curl: pycurl.Curl, error: pycurl.error, url: str, policy: FetchPolicy) -> TransferError:
    """What libcurl's error means."""
    return TransferError(*_explained(curl, error, url, policy))


def _explained(curl: pycurl.Curl, error: pycurl.error, url: str, policy: FetchPolicy) -> tuple[str, Grade]:
    code, words = error.args[0], curl.errstr()
    host = urlsplit(url).hostname or url
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return _too_slow(words, policy), Grade.TEMPORARY
    if code in (pycurl.E_COULDNT_RESOLVE_HOST, pycurl.E_COULDNT_RESOLVE_PROXY):
        return f"the name {host} is not known", Grade.SOFT
    if code == pycurl.E_COULDNT_CONNECT:
        number = curl.getinfo(pycurl.OS_ERRNO)
        return f"no connection to {host}: {os.strerror(number).lower() if number else words}", Grade.TEMPORARY
    if code in _CERTIFICATE:
        return f"the server's certificate is not valid: {words}", Grade.SOFT
    if code in _NO_TLS:
        return f"no secure connection to {host}: {words}", Grade.SOFT
    if code == pycurl.E_URL_MALFORMAT:
        return not_http(url), Grade.HARD
    if code == pycurl.E_GOT_NOTHING:
        return "the server closed the connection without an answer", Grade.TEMPORARY
    if code in _BROKEN_OFF:
        return f"the answer broke off: {words}", Grade.TEMPORARY
    if code in _NOT_HTTP:
        return f"the answer is not valid HTTP: {words}", Grade.SOFT
    return f"no answer: {words} (curl {code})", Grade.SOFT


def not_http(url: str) -> str:
    return f"the address is not one of http or https: {as_told(url)[:200]}"


def _too_slow(words: str, policy: FetchPolicy) -> str:
    if not words.startswith("Operation"):  # resolving, connecting and shaking hands have words of their own
        limit = min(policy.connect_timeout, policy.timeout)
        return f"no connection within {_named('connect_timeout', limit, policy)}"
    if "too slow" in words:
        return f"nothing came for {_named('read_timeout', policy.read_timeout, policy)}"
    return f"no complete answer within {_named('timeout', policy.timeout, policy)}"


def _named(name: str, limit: timedelta, policy: FetchPolicy) -> str:
    return f"{'timeout' if limit == policy.timeout else name} ({limit.total_seconds():g} s)"


def withheld(url: str) -> str:
    """Of a source that redirects to an origin which does not get its headers."""
    return f"its headers are not sent to {authority(url)}, where it redirects: if that is right, write that as url"
