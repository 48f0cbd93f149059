"""HTML from strangers: what is kept, what becomes text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from aggregator.text.html import excerpt, plain, sanitise, shorten, storable, text_of
from tests.text.harmless import assert_harmless

BASE = "https://base.example/news/"
REL = 'rel="nofollow noopener noreferrer"'

bits = (
    st.sampled_from(
        [
            "<",
            ">",
            "</",
            "/>",
            "&",
            "&lt;",
            "&#8;",
            "&#60;",
            '"',
            "'",
            "=",
            " ",
            "\x00",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
        ]
    )
    | st.sampled_from(
        [
            "p",
            "a",
            "b",
            "script",
            "style",
            "svg",
            "math",
            "template",
            "title",
            "table",
            "form",
            "img",
            "mtext",
            "mglyph",
        ]
    )
    | st.sampled_from(
        [" href=", " onclick=", "javascript:", "https://a.example/", "data:", "/x", "中文", "word", "\ud800", "\ufffe"]
    )
)
soup = st.lists(bits, max_size=25).map("".join)
documents = soup | st.text(max_size=80)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One <b>two</b></p>", "<p>One <b>two</b></p>"),
        ("<ul><li>a</li></ul>", "<ul><li>a</li></ul>"),
        ("<h1>Head</h1><div>text</div>", "Head  text"),
        ("<dl><dt>OpenAI</dt><dd>Nvidia</dd></dl>", "OpenAI  Nvidia"),
        ("a<br/>b", "a<br>b"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ('<a href="/x">y</a>', f'<a href="https://base.example/x" {REL}>y</a>'),
        ('<a href="x?a=1&b=2">y</a>', f'<a href="https://base.example/news/x?a=1&amp;b=2" {REL}>y</a>'),
        ('<a href="mailto:a@a.example">y</a>', f"<a {REL}>y</a>"),
        ('<p title="t" lang="de" id="i" class="c">x</p>', "<p>x</p>"),
        ("<img src=x>", ""),
        ("<script>x</script>y", "y"),
        ("a&#8;b&#xFFFE;c\x00d", "abcd"),
        ("\n <p>x</p> \n", "<p>x</p>"),
        ("", ""),
    ],
)
def test_html_is_reduced_to_reading_elements(source: str, expected: str) -> None:
    assert sanitise(source, BASE) == expected


@given(documents, st.sampled_from(["", BASE]))
def test_nothing_outside_the_allow_list_survives(source: str, base: str) -> None:
    assert_harmless(sanitise(source, base))


@given(documents, st.sampled_from(["", BASE]))
def test_sanitise_is_idempotent(source: str, base: str) -> None:
    clean = sanitise(source, base)
    assert sanitise(clean, base) == clean


@given(documents)
def test_clean_text_fits_into_xml_and_a_database(source: str) -> None:
    for text in (sanitise(source, BASE), text_of(source), plain(sanitise(source))):
        element = etree.Element("x")
        element.text = text
        assert etree.tostring(element, encoding="utf-8")
        assert "\x00" not in text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("a<br>b", "a b"),
        ("<b>A</b>I", "AI"),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ("  a \n b\t ", "a b"),
        ('<a href="https://a.example/?x=>y">z</a>', "z"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
    ],
)
def test_plain_text_of_clean_html(source: str, expected: str) -> None:
    assert plain(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Plain title", "Plain title"),
        ("  Two\n lines ", "Two lines"),
        ("<b>Bold</b> title", "Bold title"),
        ("One<br>Two", "One Two"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("R&amp;D at &lt;video&gt;", "R&D at <video>"),
        ("AT&T", "AT&T"),
        ("1 < 2", "1 < 2"),
        ("<script>alert(1)</script>Title", "Title"),
        ("人工智能&nbsp;政策", "人工智能 政策"),
        ("a\x00b\x07c\ud800d", "abcd"),
        ("<img src=x onerror=alert(1)>", ""),
    ],
)
def test_title_becomes_text(source: str, expected: str) -> None:
    assert text_of(source) == expected


@given(documents)
@example("< &#8; href=")
def test_text_stands_on_one_tidy_line(source: str) -> None:
    text = text_of(source)
    assert text == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("one two three four", 12, "one two thr…"),
        ("one two three four", 14, "one two three…"),
        ("国务院印发人工智能行动方案", 8, "国务院印发人工…"),
        ("unbreakablyverylongword", 10, "unbreakab…"),
    ],
)
def test_long_text_ends_at_a_word_where_one_ends_near_the_limit(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


@given(st.text(max_size=80), st.integers(2, 60))
def test_shortened_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("source", "limit", "expected"),
    [
        ("<p>Short <b>text</b></p>", 20, "<p>Short <b>text</b></p>"),
        ("<p>Rather <b>long</b> &lt;text&gt;</p>", 14, "Rather long…"),
        ("<p>&lt;&lt;&lt;&lt;&lt;&lt;</p>", 4, "&lt;&lt;&lt;…"),
        ("<p> </p><br>", 20, ""),
    ],
)
def test_excerpt_keeps_html_only_where_the_whole_fits(source: str, limit: int, expected: str) -> None:
    assert excerpt(source, BASE, limit) == (expected, plain(expected))


@given(documents, st.integers(2, 30))
def test_excerpt_is_harmless_and_not_too_long(source: str, limit: int) -> None:
    short, text = excerpt(source, BASE, limit)
    assert_harmless(short)
    assert plain(short) == text
    assert len(text) <= limit


@given(st.text(max_size=60))
def test_storable_leaves_ordinary_text_alone(text: str) -> None:
    assert storable(storable(text)) == storable(text)
    assert storable("Ordinary\ttext\n中文 🙂") == "Ordinary\ttext\n中文 🙂"


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u2060", "\ufeff", "\u202e", "\u2066"])
def test_what_cannot_be_seen_hides_no_words(sign: str) -> None:
    assert text_of(f"Deep{sign}Seek") == text_of(f"Deep&#{ord(sign)};Seek") == "DeepSeek"
    assert sanitise(f"<p>Deep{sign}Seek</p>") == sanitise(f"<p>Deep&#{ord(sign)};Seek</p>") == "<p>DeepSeek</p>"
    assert text_of(sign * 2) == ""


@pytest.mark.parametrize("text", ["👩\u200d💻", "می\u200cخواهم"])
def test_what_joins_letters_stays(text: str) -> None:
    assert text_of(text) == text
