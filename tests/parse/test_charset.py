"""The encoding of a document: found in its bytes where nobody says it, or where somebody says a wrong one."""

from __future__ import annotations

import json

import pytest

from aggregator.model import Selectors
from aggregator.parse import parse
from aggregator.parse.charset import charset
from aggregator.parse.document import Document

CHINESE = "国务院印发关于深入实施“人工智能+”行动的意见，推动大模型与产业深度融合，加快算力基础设施建设。"
TRADITIONAL = "數位發展部公布人工智慧基本法草案，強調資料治理與風險分級，並鼓勵產業發展。"
JAPANESE = "総務省は生成AIの利用に関するガイドラインの改定案を公表し、事業者の責務について意見を募集しています。"
KOREAN = "과학기술정보통신부는 인공지능 기본법 시행령 초안을 공개하고 기업의 의견을 수렴한다고 밝혔다."
FRENCH = "Le règlement européen sur l’intelligence artificielle entre en vigueur : les modèles sont visés."
GERMAN = "Die Bundesregierung prüft, wie ob KI in Behörden möglich wird; Maß und Größe fehlen."
RUSSIAN = "Правительство утвердило стратегию развития искусственного интеллекта до конца десятилетия."

ASIAN = [
    (CHINESE, "gb18030"),
    (CHINESE, "gbk"),
    (CHINESE.replace("“", "").replace("”", ""), "gb2312"),
    (CHINESE, "utf-8"),
    (TRADITIONAL, "big5"),
    (TRADITIONAL, "utf-8"),
    (JAPANESE, "euc_jp"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "utf-8"),
    (KOREAN, "euc_kr"),
    (KOREAN, "utf-8"),
]
WESTERN = [
    (FRENCH.replace("’", "'"), "latin-1"),
    (FRENCH, "cp1252"),
    (FRENCH, "utf-8"),
    (GERMAN, "latin-1"),
    (GERMAN, "cp1252"),
    (GERMAN, "utf-8"),
]
RUSSIANS = [(RUSSIAN, "koi8-r"), (RUSSIAN, "windows-1251"), (RUSSIAN, "utf-8")]
HEAD = '<?xml version="1.0"{}?><rss version="2.0"><channel><title>News</title><item><title>'
TAIL = "</title><link>https://a.example/1</link></item></channel></rss>"


def rss(text: str, encoding: str, said: str = "") -> bytes:
    head = HEAD.format(f' encoding="{said}"' if said else "")
    return (head + text + TAIL).encode(encoding)


def title(body: bytes, content_type: str = "") -> str:
    (entry,) = parse("feed", Document(body, "https://a.example/feed", content_type)).entries
    return entry.title


@pytest.mark.parametrize(("text", "encoding"), ASIAN)
def test_east_asian_text_without_a_word_on_it_is_known_by_its_bytes(text: str, encoding: str) -> None:
    body = rss(text, encoding)
    assert body.decode(charset(body, "")) == body.decode(encoding)
    assert title(body) == text


@pytest.mark.parametrize(("text", "encoding"), WESTERN)
def test_western_text_without_a_word_on_it_is_read(text: str, encoding: str) -> None:
    assert title(rss(text, encoding)) == text


@pytest.mark.parametrize(("text", "encoding"), ASIAN + WESTERN + RUSSIANS)
@pytest.mark.parametrize("where", ["document", "header", "both"])
def test_a_right_word_on_it_is_believed(text: str, encoding: str, where: str) -> None:
    body = rss(text, encoding, encoding if where != "header" else "")
    assert title(body, f"text/xml; charset={encoding}" if where != "document" else "") == text


@pytest.mark.parametrize(("text", "encoding"), ASIAN + WESTERN)
@pytest.mark.parametrize("where", ["document", "header", "both"])
def test_what_is_called_utf_8_but_is_not_is_read_as_what_it_is(text: str, encoding: str, where: str) -> None:
    body = rss(text, encoding, "utf-8" if where != "header" else "")
    assert title(body, "text/xml; charset=UTF-8" if where != "document" else "") == text


@pytest.mark.parametrize("text", [CHINESE, TRADITIONAL, JAPANESE, KOREAN, FRENCH, GERMAN, RUSSIAN])
@pytest.mark.parametrize("lie", ["gb2312", "gbk", "big5", "euc-kr", "shift_jis", "iso-8859-1", "koi8-r", "nonsense"])
def test_utf_8_is_read_as_such_whatever_is_said(text: str, lie: str) -> None:
    assert charset(rss(text, "utf-8", lie), "") == charset(rss(text, "utf-8"), f"text/xml; charset={lie}") == "utf-8"
    assert title(rss(text, "utf-8"), f"text/xml; charset={lie}") == text
    assert title(rss(text, "utf-8", lie), f"text/xml; charset={lie}") == text


@pytest.mark.parametrize(("text", "encoding"), ASIAN)
@pytest.mark.parametrize("written", [True, False])
def test_a_server_that_calls_everything_latin_is_not_believed(text: str, encoding: str, written: bool) -> None:
    body = rss(text, encoding, encoding if written else "")
    assert title(body, "text/xml; charset=ISO-8859-1") == text
    assert title(rss("règle été", "latin1"), "text/xml; charset=ISO-8859-1") == "règle été"


def test_rows_of_hard_spaces_are_no_chinese() -> None:
    page = b"<rss><channel><item><title>New rules.\xa0\xa0They count.</title></item></channel></rss>"
    assert charset(page, "text/xml; charset=iso-8859-1") != "gb18030"


QUOTED = "China’s “AI” café"


@pytest.mark.parametrize("name", ["iso-8859-1", "latin1", "us-ascii", "utf-8"])
@pytest.mark.parametrize("where", ["document", "header"])
def test_quotes_of_windows_are_read_whatever_they_are_called(name: str, where: str) -> None:
    meta = f'<meta charset="{name}">' if where == "document" else ""
    said = f"text/html; charset={name}" if where == "header" else "text/html"
    page = f"<html><head>{meta}</head><li><a href=/1>{QUOTED}</a></li></html>".encode("cp1252")
    (entry,) = parse("html", Document(page, "https://a.example/", said, Selectors("li", "a"))).entries
    assert entry.title == QUOTED
    assert title(rss(QUOTED, "cp1252", name if where == "document" else ""), said) == QUOTED


@pytest.mark.parametrize("more", ["", " "])
def test_a_feed_that_is_called_utf_16_and_is_not_is_read(more: str) -> None:
    assert title(rss(f"AI{more} rules", "ascii", "utf-16"), "text/xml; charset=utf-8") == f"AI{more} rules"


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [("gb18030", "application/json; charset=gbk"), ("gb18030", ""), ("utf-16", ""), ("utf-8-sig", "")],
)
def test_json_is_read_in_its_encoding(encoding: str, content_type: str) -> None:
    records = json.dumps([{"name": CHINESE, "url": "https://a.example/1"}], ensure_ascii=False).encode(encoding)
    document = Document(records, "https://a.example/", content_type, Selectors(".", "name", link="url"))
    assert [entry.title for entry in parse("json", document).entries] == [CHINESE]
    version = "https://jsonfeed.org/version/1.1"
    feed = json.dumps({"version": version, "items": [{"id": "1", "title": CHINESE}]}, ensure_ascii=False)
    assert title(feed.encode(encoding), content_type) == CHINESE


@pytest.mark.parametrize(
    ("body", "content_type", "name"),
    [
        (b"plain", "", ""),
        (b"plain", "text/xml; charset=gb2312", "gb18030"),
        (b"plain", 'text/xml; charset="koi8-r"', "koi8-r"),
        (b"\xef\xbb\xbf" + "政策".encode(), "text/xml; charset=gbk", ""),
        ("政策".encode("utf-16"), "text/xml; charset=gbk", ""),
        ("<a>政策</a>".encode("utf-16-be"), "", "utf-16-be"),
        (CHINESE.encode()[:-1], "", "utf-8"),
        (CHINESE.encode()[:-1], "text/xml; charset=gbk", "utf-8"),
        ("镕".encode("gbk") * 20, "text/xml; charset=gb2312", "gb18030"),
        (b"", "", ""),
    ],
    ids=["ascii", "ascii, said", "quoted", "mark", "utf-16", "utf-16-be", "cut", "cut, lied", "wider", "empty"],
)
def test_what_the_bytes_and_the_headers_say_together(body: bytes, content_type: str, name: str) -> None:
    assert charset(body, content_type) == name


@pytest.mark.parametrize("encoding", ["gbk", "big5"])
@pytest.mark.parametrize("where", ["written", "told"])
def test_one_bad_byte_garbles_no_more_than_its_character(encoding: str, where: str) -> None:
    text = {"gbk": "工信部发布人工智能标准", "big5": "工信部發布人工智慧標準"}[encoding]
    body = rss(f"{text * 20}XX", encoding, encoding if where == "written" else "")
    body = body.replace(b"XX", text[-1].encode(encoding)[:1])
    found = title(body, "" if where == "written" else f"text/xml; charset={encoding}")
    assert found.startswith(text * 20)


PAGE = "<meta charset={}><a href=/>首页</a>{}"


def titles(page: bytes, content_type: str = "text/html") -> list[str]:
    selectors = Selectors(items="li", title="a")
    found = parse("html", Document(page, "https://a.example/", content_type, selectors)).entries
    return [entry.title for entry in found]


@pytest.mark.parametrize("content_type", ["text/html", "text/html; charset=gb2312", "text/html; charset=utf-8"])
@pytest.mark.parametrize("length", [3, 10, 20])
def test_titles_that_are_cut_by_bytes_lose_half_a_character_and_no_more(length: int, content_type: str) -> None:
    rows = "".join(f"<li><a href=/{n}>{CHINESE[n:][:length]}XX...</a>" for n in range(20))
    page = PAGE.format("gb2312", rows).encode("gbk").replace(b"XX", "办".encode("gbk")[:1])
    found = titles(page, content_type)
    assert [title[:length] for title in found] == [CHINESE[n:][:length] for n in range(20)]


@pytest.mark.parametrize("encoding", ["gbk", "gb2312"])
def test_summaries_that_are_cut_by_bytes_garble_no_feed(encoding: str) -> None:
    item = "<item><title>{}</title><description>{}XX</description><link>https://a.example/{}</link></item>"
    items = "".join(item.format(CHINESE[n : n + 9], CHINESE[n : n + 10], n) for n in range(20))
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>{items}</channel></rss>'
    body = text.encode("gbk").replace(b"XX", "办".encode("gbk")[:1])
    read = parse("feed", Document(body, "https://a.example/feed")).entries
    assert [entry.title for entry in read] == [CHINESE[n : n + 9] for n in range(20)]


@pytest.mark.parametrize("said", ["big5", "big5-hkscs", "utf-8"])
@pytest.mark.parametrize("sign", [b"\xa1\xfe", b"\xa2\x40", b"\xa1\xc3", b"\xa1\x5a", b"\xa2\xcc"])
def test_a_page_with_signs_as_windows_writes_them_is_read_to_its_end(said: str, sign: bytes) -> None:
    rows = "".join(f"<li><a href=/{n}>{TRADITIONAL[n:][:9]}XX</a>" for n in range(10))
    page = PAGE.format(said, rows).replace("首页", "首頁").encode("big5hkscs").replace(b"XX", sign)
    assert [title[:9] for title in titles(page)] == [TRADITIONAL[n:][:9] for n in range(10)]


@pytest.mark.parametrize(("name", "encoding"), [("ks_c_5601-1987", "cp949"), ("chinese", "gbk"), ("iso-ir-58", "gbk")])
def test_old_names_of_encodings_are_known(name: str, encoding: str) -> None:
    text = KOREAN if encoding == "cp949" else CHINESE
    assert titles(PAGE.format(name, f"<li><a>{text}</a>").replace("首页", "").encode(encoding)) == [text]


def test_a_wrong_word_on_a_document_full_of_bad_bytes_is_not_believed() -> None:
    assert charset(rss(RUSSIAN * 20, "koi8-r", "gb2312"), "") != "gb18030"
