"""Addresses from strangers."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.urls import (
    MAX_LENGTH,
    canonical,
    group_of,
    is_home_page,
    page_and_anchor,
    web_link,
)

BASE = "https://base.example/news/today.html"

hosts = st.from_regex(r"(www\.|m\.|amp\.|mobile\.){0,2}[a-z]{1,8}(\.[a-z]{2,5}){1,2}\.?", fullmatch=True)
pieces = st.text("abcXYZ019/-_.~%é中 ", max_size=20) | st.sampled_from(["/amp", "amp/", ".amp", "amp"])
paths = st.lists(pieces, max_size=4).map("".join)
queries = st.text("ab=&+%E4spmutm_;中#?", max_size=25)
schemes = st.sampled_from(["http", "https"])
ports = st.sampled_from(["", ":80", ":443", ":8080"])
addresses = st.builds("{}://{}{}/{}?{}".format, schemes, hosts, ports, paths, queries)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("  https://a.example/x\n", "https://a.example/x"),
        ("HTTP://A.example/X", "http://a.example/X"),
        ("HTTPS://Name:Word@A.Example:8080/X?Y#Z", "https://Name:Word@a.example:8080/X?Y#Z"),
        ("/x?y=1", "https://base.example/x?y=1"),
        ("x.html", "https://base.example/news/x.html"),
        ("../x", "https://base.example/x"),
        ("//other.example/x", "https://other.example/x"),
        ("?page=2", "https://base.example/news/today.html?page=2"),
        ("https://a.example/two words", "https://a.example/two%20words"),
        ("https://a.example/line\nbroken", "https://a.example/linebroken"),
        ("https://a.example/\u200bhidden\ufeff", "https://a.example/hidden"),
        ("\u200bhttps://a.example/x", "https://a.example/x"),
        ("https://a.example/x\xa0\x00", "https://a.example/x"),
        ("https://a.example:8443/x", "https://a.example:8443/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://例子.example/路径", "https://例子.example/路径"),
        # As browsers read a backslash: this one is evil.example's, whatever stands behind it.
        ("https://evil.example\\@a.example/x", "https://evil.example/@a.example/x"),
        ("https://a.example/x\\y?to=b\\c#d\\e", "https://a.example/x/y?to=b\\c#d\\e"),
        ("\\\\other.example\\x", "https://other.example/x"),
        # What no address may have (RFC 3986).
        ('https://a.example/x"<b>?q={1}|^`', "https://a.example/x%22%3Cb%3E?q=%7B1%7D%7C%5E%60"),
        ("https://a.example/it's(1)[2]?a=b%20c", "https://a.example/it's(1)[2]?a=b%20c"),
    ],
)
def test_web_address_is_made_absolute_and_tidy(url: str, expected: str) -> None:
    assert web_link(url, BASE) == expected


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "mailto:a@example.org",
        "tel:+100",
        "about:blank",
        "https://:80/x",
        "https://user@/x",
        "http://\x01/",
        "http://\u200b/",
        "https://a.example:port/",
        "https://a.example:99999/",
        "https://a.example:-1/",
        "https://a.example:8\u200b080000/",
        "https://[::1/",
        "https://[nonsense]/",
        "https://a.example/\ud800",
        "https://a.example/" + "x" * MAX_LENGTH,
        "https://a.example/" + " " * MAX_LENGTH + "x",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert web_link(url) == ""
    assert web_link(url, BASE) == ""


@pytest.mark.parametrize("url", ["", "  ", "\u200b"])
def test_no_address_is_not_the_address_of_the_base(url: str) -> None:
    assert web_link(url, BASE) == ""


@pytest.mark.parametrize("url", ["", "/x", "x", "//a.example/x", "https:x", "https:///x", "https://", "https://?q"])
def test_address_without_scheme_or_host_needs_a_base(url: str) -> None:
    assert web_link(url) == ""


@given(st.text(max_size=60) | addresses)
def test_web_link_answers_a_web_address_or_nothing(text: str) -> None:
    link = web_link(text)
    if link:
        parts = urlsplit(link)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert not any(char <= " " or char == "\x7f" for char in link)
        assert web_link(link) == link


@given(st.text(max_size=60) | addresses)
def test_canonical_is_idempotent(text: str) -> None:
    link = web_link(text, BASE)
    if link:
        once = canonical(link)
        assert once.startswith("//")
        assert canonical(once) == once
        with_fragment = page_and_anchor(link)[1]
        assert page_and_anchor(with_fragment)[1] == with_fragment


@pytest.mark.parametrize(
    "other",
    [
        "http://a.example/x?id=1",
        "https://www.a.example/x?id=1",
        "https://A.EXAMPLE/x?id=1",
        "https://a.example./x?id=1",
        "https://a.example:443/x?id=1",
        "http://a.example:80/x?id=1",
        "https://a.example/x/?id=1",
        "https://a.example/x//?id=1",
        "https://a.example/x?id=1#part",
        "https://someone@a.example/x?id=1",
        "https://a.example/x?utm_source=rss&id=1",
        "https://a.example/x?id=1&UTM_Medium=feed&utm_campaign=z",
        "https://a.example/x?id=1&spm=1.2.3&scm=4",
        "https://a.example/x?fbclid=1&gclid=2&dclid=3&msclkid=4&id=1",
        "https://a.example/x?id=1&mc_cid=1&mc_eid=2&mkt_tok=3&_hsenc=4&_hsmi=5",
        "https://m.a.example/x?id=1",
        "https://mobile.a.example/x?id=1",
        "https://amp.a.example/x?id=1",
        "https://www.m.a.example:443/x?id=1",
        "https://a.example/x?id=1&amp=1",
        "https://wap.a.example/x?id=1&partner=rss&emc=rss&mod=RSS_home",
        "https://a.example/x?at_medium=RSS&at_campaign=rss&id=1&smid=a&_ga=b&outputType=amp&from=timeline&pk_kwd=c",
        "https://a.example/x?id=1&ref_src=twsrc&cmpid=a&ocid=b&guccounter=1&igshid=2&share_token=3",
    ],
)
def test_addresses_of_one_page_are_one(other: str) -> None:
    assert canonical(other) == canonical("https://a.example/x?id=1") == "//a.example/x?id=1"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://a.example/x", "https://b.example/x"),
        ("https://a.example/x", "https://a.example/X"),
        ("https://a.example/x", "https://a.example/x/y"),
        ("https://a.example/x?id=1", "https://a.example/x?id=2"),
        ("https://a.example/x?id=", "https://a.example/x"),
        ("https://a.example/x?k=%D6%D0", "https://a.example/x?k=%B9%FA"),  # 中 and 国 in GBK
        ("https://a.example/x", "https://a.example:8080/x"),
        ("https://a.example/?spmx=1", "https://a.example/"),
        ("https://news.a.example/x", "https://a.example/x"),
    ],
)
def test_addresses_of_two_pages_stay_two(one: str, two: str) -> None:
    assert canonical(one) != canonical(two)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://a.example/x?b=2&a=1", "//a.example/x?a=1&b=2"),
        ("https://www.www.a.example/", "//a.example"),
        ("https://[2001:db8::1]:8080/x", "//[2001:db8::1]:8080/x"),
        ("https://[2001:db8::1]/", "//[2001:db8::1]"),
        ("http://a.example:443/", "//a.example:443"),
        ("https://例子.example/路径", "//xn--fsqu00a.example/%E8%B7%AF%E5%BE%84"),
        ("https://xn--fsqu00a.example/%e8%b7%af%E5%BE%84", "//xn--fsqu00a.example/%E8%B7%AF%E5%BE%84"),
    ],
)
def test_canonical_form(link: str, expected: str) -> None:
    assert canonical(link) == expected


@pytest.mark.parametrize(("fragment", "own"), [("/news/1", True), ("!/news/1", True), ("news-1", False)])
def test_a_site_of_one_page_has_a_page_for_each_route(fragment: str, own: bool) -> None:
    assert canonical(f"https://spa.example/app#{fragment}").endswith(fragment) is own


def test_fragment_is_kept_on_request() -> None:
    assert page_and_anchor("https://a.example/log#v2")[1] == "//a.example/log#v2"
    assert page_and_anchor("https://a.example/log#")[1] == "//a.example/log"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://a.example", True),
        ("https://a.example/", True),
        ("https://a.example/x", False),
        ("https://a.example/?p=1", False),
        ("https://a.example/#x", False),
    ],
)
def test_front_door_is_recognised(link: str, expected: bool) -> None:
    assert is_home_page(link) is expected


@given(addresses)
def test_the_page_of_a_usual_address_is_that_of_any_other(address: str) -> None:
    """An address with its port written out is not usual, and names the same page."""
    parts = urlsplit(address)
    if not parts.port:
        port = {"http": 80, "https": 443}[parts.scheme]
        there = address.replace(f"//{parts.netloc}", f"//{parts.hostname}:{port}", 1)
        assert page_and_anchor(address) == page_and_anchor(there)


@pytest.mark.parametrize(
    ("host", "group"),
    [
        ("chips.farm.example", "farm.example"),
        ("a.b.farm.example", "farm.example"),
        ("farm.example", "farm.example"),
        ("notfarm.example", ""),
        ("farm.example.org", ""),
        ("", ""),
    ],
)
def test_a_host_stands_below_a_domain_or_is_it(host: str, group: str) -> None:
    assert group_of(host, ["press.example", "farm.example"]) == group
