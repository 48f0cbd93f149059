"""Walls for browsers are named, and documents are not taken for them."""

from __future__ import annotations

import pytest

from aggregator.fetch.challenge import challenge
from aggregator.model import Failure, Grade, Page
from tests.fetch.asking import FEED, ask
from tests.fetch.server import answer

WORDS = "a challenge page ({}) stands before the document; ask the publisher to let feed readers in"
PAGES = {
    b"<!DOCTYPE html><html><head><title>Just a moment...</title>": "Cloudflare",
    b"<html><script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>": "Cloudflare",
    b'<html><script src="/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1"></script>': "Cloudflare",
    b"<!doctype html><html><head><title>Attention Required! | Cloudflare</title>": "Cloudflare",
    b"<html><iframe src='/_Incapsula_Resource?CWUDNSAI=9'></iframe>": "Imperva",
    b"<html><script src='https://ct.captcha-delivery.com/c.js'></script>": "DataDome",
    b"<html><script>sucuri_cloudproxy_js='';S='a'</script>": "Sucuri",
    b"<html><script src='/.within.website/x/cmd/anubis/static/js/main.mjs'></script>": "Anubis",
    b"<HTML><BODY>Access Denied https://errors.edgesuite.net/18.1</BODY></HTML>": "Akamai",
    b"<html><script src='/_guard/auto.js'></script>": "JavaScript",
    b"<html><script type='text/javascript' src='/_guard/slide.js?a=1'></script>": "JavaScript",
    b"<script>document.cookie='__jsl_clearance=1741'</script>": "JavaScript",
}
HEADERS = {
    "cf-mitigated": "Cloudflare",
    "x-amzn-waf-action": "AWS WAF",
    "x-datadome": "DataDome",
    "x-sucuri-block": "Sucuri",
    "x-vercel-mitigated": "Vercel",
}
PLAIN = b"<!DOCTYPE html><html><head><title>403 Forbidden</title></head><body>nginx</body></html>"
ABOUT_WALLS = FEED.replace(b"T", b"How challenges.cloudflare.com, _Incapsula_Resource and sucuri_cloudproxy_js work")


@pytest.mark.parametrize("status", [200, 202, 401, 403, 405, 412, 429, 503, 521])
@pytest.mark.parametrize(("page", "who"), PAGES.items())
def test_page_is_named_after_who_stands_there(page: bytes, who: str, status: int) -> None:
    assert challenge(status, {}, page) == WORDS.format(who)
    assert challenge(status, {}, b"\r\n  " + page) == WORDS.format(who)


@pytest.mark.parametrize("status", [200, 202, 403, 405, 429, 503])
@pytest.mark.parametrize(("header", "who"), HEADERS.items())
def test_header_names_who_stands_there(header: str, who: str, status: int) -> None:
    assert challenge(status, {header: "challenge"}, PLAIN) == WORDS.format(who)


@pytest.mark.parametrize(
    "left",
    [
        b'<script src="https://challenges.cloudflare.com/turnstile/v0/api.js" async defer></script>',
        b'<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
        b'<script src="/_Incapsula_Resource?SWJIYLWA=1"></script>',
    ],
)
def test_a_page_that_was_let_through_is_no_wall(left: bytes) -> None:
    page = b"<!doctype html><title>News</title>" + left + b"<li><a href=/1>A model</a></li>" * 100
    assert challenge(200, {"x-datadome": "protected"}, page) == ""
    assert challenge(403, {}, page) != ""


@pytest.mark.parametrize(("header", "who"), HEADERS.items())
def test_header_of_an_answer_without_a_page_names_who_stands_there(header: str, who: str) -> None:
    assert challenge(403, {header: "1"}, b"") == WORDS.format(who)
    assert challenge(200, {header: "1"}, FEED) == ""


@pytest.mark.parametrize("status", [200, 202, 301, 401, 403, 404, 410, 429, 500, 503, 521])
@pytest.mark.parametrize(
    "start",
    [
        b"",
        PLAIN,
        FEED,
        b'<?xml version="1.0"?>' + FEED,
        b"<html><body>You are not allowed to see this.</body></html>",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
        b"\x00\xff" * 50,
    ],
)
def test_ordinary_answer_is_no_challenge(start: bytes, status: int) -> None:
    assert challenge(status, {"server": "cloudflare", "cf-ray": "1", "content-type": "text/html"}, start) == ""


@pytest.mark.parametrize("start", [ABOUT_WALLS, b"\xef\xbb\xbf" + ABOUT_WALLS, b'{"content_html": "' + ABOUT_WALLS])
def test_feed_that_writes_about_challenges_is_none(start: bytes) -> None:
    assert challenge(200, {}, start) == ""


@pytest.mark.parametrize("status", [204, 301, 302, 304, 404, 410, 500, 502])
def test_status_that_no_wall_answers_with_is_told_by_itself(status: int) -> None:
    assert challenge(status, {}, next(iter(PAGES))) == ""


def test_whoever_stands_before_the_document_is_told() -> None:
    told = answer(403, next(iter(PAGES)), CF_Mitigated="challenge")
    assert ask({"/": told}) == Failure(WORDS.format("Cloudflare"), 403, Grade.SOFT)
    assert isinstance(ask({"/": answer(body=ABOUT_WALLS)}), Page)


def test_wall_that_is_longer_than_what_is_read_of_it_is_still_named() -> None:
    told = answer(403, next(iter(PAGES)) + b"x" * 200_000)
    assert ask({"/": told}, max_size=10**6) == Failure(WORDS.format("Cloudflare"), 403, Grade.SOFT)
