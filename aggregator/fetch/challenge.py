"""Walls for people and browsers that answer in a document's place: named, so that nobody looks for another mistake."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from http import HTTPStatus

_HEADERS = {
    "cf-mitigated": "Cloudflare",
    "x-amzn-waf-action": "AWS WAF",
    "x-sucuri-block": "Sucuri",
    "x-vercel-mitigated": "Vercel",
}
_MARKS = {
    rb"<title>Just a moment\.\.\.</title>|_cf_chl_opt": "Cloudflare",
    rb"<title>Attention Required! \| Cloudflare</title>": "Cloudflare",
    rb"<iframe[^>]{0,200}_Incapsula_Resource": "Imperva",
    rb"captcha-delivery\.com": "DataDome",
    rb"sucuri_cloudproxy_js": "Sucuri",
    rb"/\.within\.website/x/cmd/anubis": "Anubis",
    rb"errors\.edgesuite\.net": "Akamai",
    rb"_guard/(?:auto|slide|click)\.js|<script[^>]{0,99}>[^<]{0,200}__jsl_clearance": "JavaScript",
}
# What those who wall pages off also leave on pages that they let through, which are longer than any wall.
_SHORT = 2000  # bytes
_ALSO_HEADERS = {"x-datadome": "DataDome"}
_ALSO_MARKS = {
    rb"challenges\.cloudflare\.com|cdn-cgi/challenge-platform": "Cloudflare",
    rb"_Incapsula_Resource": "Imperva",
}
_STATUSES = (
    HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.PRECONDITION_FAILED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, 521,
)  # fmt: skip
_WEB_PAGE = (b"<!doctype html", b"<html", b"<head", b"<script")


def challenge(status: int, headers: Mapping[str, str], start: bytes) -> str:
    """What stands in the way if the answer is a challenge page, "" if it is none. `start` is the body's beginning."""
    if status not in _STATUSES or (
        status == HTTPStatus.OK and not start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_WEB_PAGE)
    ):
        return ""
    through = status == HTTPStatus.OK and len(start) > _SHORT
    told, marks = (_HEADERS, _MARKS) if through else (_HEADERS | _ALSO_HEADERS, _MARKS | _ALSO_MARKS)
    who = next((name for header, name in told.items() if headers.get(header)), "")
    who = who or next((name for mark, name in marks.items() if re.search(mark, start)), "")
    if not who:
        return ""
    return f"a challenge page ({who}) stands before the document; ask the publisher to let feed readers in"
