"""Rows: documents that are none, that are damaged, or that are made to do harm."""

from __future__ import annotations

from tests.faults.rows import EITHER, FEED, OUT_OF_TIME, Row, atom, item, page, read, refused, rss

DECLARED = '<?xml version="1.0" encoding="{}"?>'
TITLE = "人工智能管理办法征求意见"
ZH = rss(item(1, TITLE), item(2, "生成式人工智能服务备案公告"), head="").decode()


def declared(encoding: str) -> str:
    return DECLARED.format(encoding) + ZH


def either(name: str, body: str | bytes, words: str = OUT_OF_TIME) -> Row:
    return Row(name, page(body), EITHER, 1, words)


def attack(doctype: str, used: str) -> bytes:
    return rss(item(1, more=f"<description>{used}</description>"), head=f"<!DOCTYPE rss [{doctype}]>")


DAMAGED = "the document is too damaged to be read"
INCLUDED = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
NO_FEEDS = (
    refused("Empty body", page(b""), "the document is empty"),
    refused("Whitespace only", page(" \r\n\t " * 50), "the document is empty"),
    refused("A web page", page("<!doctype html><title>Welcome</title><p>Hello"), "is a web page, not a feed"),
    refused("A web page in capitals", page("\n<HTML><BODY>Hello</BODY></HTML>"), "is a web page, not a feed"),
    refused("JSON that is no feed", page('{"error": "no"}'), "is JSON, but not JSON Feed"),
    refused("JSON that breaks off", page('{"version": "https://jsonfeed.org/version/1", "items": ['), "is not JSON"),
    refused("JSON of nested objects", page('{"a":' * 100_000), "is not JSON"),
    refused("A JSON list", page("[1, 2, 3]"), "the document is not a feed"),
    refused("Plain words", page("Sorry, the service is down."), "the document is not a feed"),
    refused("A picture", page(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9), "the document is"),
    refused("Only NULs", page(bytes(5000)), "the document is"),
    refused("The name of a file", page("/etc/passwd"), "the document is not a feed", lacks=("root:",)),
    refused("The address of a page", page("http://127.0.9.1/feed"), "the document is not a feed"),
    refused("XML of another kind", page('<?xml version="1.0"?><note>none</note>'), "the document is not a feed"),
    Row("A feed without items", page(rss())),
)
DAMAGE = (
    read("Truncated XML", FEED[: FEED.index(b"<link>/2")], 2, titles=("AI rules, part 1", "AI rules, part 2")),
    read("Unescaped ampersands", rss(item(1)).replace(b"AI rules", b"AT & T"), titles=("AT & T, part 1",)),
    read("Mismatched tags", rss(item(1, more="<category>a</categories>"))),
    read("Blank lines before the declaration", b"\r\n\r\n \n" + FEED, 2),
    read("Words before the declaration", b"Warning: mysql_connect() failed\n" + FEED, 2),
    read("A script after the feed", FEED + b"<script>alert(1)</script>", 2, lacks=("alert",)),
    read("Control characters", rss(item(1)).replace(b"AI rules", b"AI\x01\x08\x1b rules\x00"), holds=("rules",)),
    read("References to control characters", rss(item(1)).replace(b"AI", b"AI&#1;&#8;&#x1f;"), lacks=("\x08",)),
    either("A lone surrogate", rss(item(1)).replace(b"AI", b"AI&#xD800;"), DAMAGED),
    either("An emoji as two surrogates", rss(item(1)).replace(b"AI", b"AI&#xD83D;&#xDE00;"), DAMAGED),
    read("Surrogates in UTF-8", rss(item(1)).replace(b"AI", b"AI\xed\xa0\x80"), holds=("AI",)),
    either("References beyond Unicode", rss(item(1)).replace(b"AI", b"AI&#x110000;&#99999999999;"), DAMAGED),
    read("Two BOMs", b"\xef\xbb\xbf" * 2 + FEED, 2),
    read("A BOM and blank lines", b"\xef\xbb\xbf\n\n" + FEED, 2),
    read("A title of a megabyte", rss(item(1, "AI rules " * 110_000)), holds=("AI rules AI rules",)),
    read("5,000 items", rss(*map(item, range(5000))), 2000),
)
ENCODINGS = (
    read("GBK said to be UTF-8", declared("utf-8").encode("gbk"), 2, holds=(TITLE,)),
    read("UTF-8 said to be GBK", declared("gbk").encode(), 2, holds=(TITLE,)),
    read("GBK said to be GB2312", declared("gb2312").replace("办法", "囍囍").encode("gbk"), 2, holds=("囍囍",)),
    read("GBK without a word of it", ZH.encode("gbk"), 2, holds=(TITLE,)),
    read(
        "Big5 without a word of it",
        ZH.replace(TITLE, "產業發展與監理規範說明").encode("big5", "replace"),
        2,
        holds=("產業發展",),
    ),
    read("UTF-16 with a BOM", declared("utf-16").encode("utf-16"), 2, holds=(TITLE,)),
    read("UTF-16 without a BOM", declared("utf-16").encode("utf-16-be"), 2, holds=(TITLE,)),
    read("UTF-16 in little-endian without a BOM", declared("utf-16").encode("utf-16-le"), 2, holds=(TITLE,)),
    read("UTF-16 that is UTF-8", declared("utf-16").encode(), 2, holds=(TITLE,)),
    Row(
        "GBK in the header, UTF-8 inside",
        page(declared("utf-8"), Content_Type="text/xml; charset=gbk"),
        items=2,
        holds=(TITLE,),
    ),
    Row(
        "A charset nobody knows",
        page(declared("utf-8"), Content_Type="text/xml; charset=klingon"),
        items=2,
        holds=(TITLE,),
    ),
    read("An encoding nobody knows", declared("klingon").encode(), 2, holds=(TITLE,)),
    read("The encoding base64", declared("base64").encode(), 2, holds=(TITLE,)),
    read("One wrong byte", declared("utf-8").encode().replace(b"</rss>", b"<!-- \xff --></rss>"), 2),
)
ATTACKS = (
    Row("A billion laughs", page(attack('<!ENTITY l0 "ha">' + LAUGHS, "&l9;")), items=1, lacks=("haha",)),
    Row(
        "An entity of a file",
        page(attack('<!ENTITY x SYSTEM "file:///etc/passwd">', "a&x;b")),
        items=1,
        lacks=("root:",),
    ),
    Row(
        "An entity of an address",
        {"/feed": page(attack('<!ENTITY x SYSTEM "/secret">', "&x;")), "/secret": page("secret")},
        items=1,
        lacks=("secret",),
        not_asked=("/secret",),
    ),
    Row(
        "A DTD of an address",
        {"/feed": page(rss(item(1), head='<!DOCTYPE rss SYSTEM "/dtd">')), "/dtd": page("")},
        items=1,
        not_asked=("/dtd",),
    ),
    Row(
        "A parameter entity",
        page(attack('<!ENTITY % x SYSTEM "file:///etc/passwd">%x;', "a")),
        items=1,
        lacks=("root:",),
    ),
    Row("An entity within itself", page(attack('<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;")), items=1),
    Row(
        "XInclude of a file",
        page(rss(item(1, more=INCLUDED))),
        items=1,
        lacks=("root:",),
    ),
    Row("A huge attribute", page(rss(item(1, more=f'<enclosure url="{"x" * 1_500_000}"/>'))), items=1),
    either(
        "A hundred thousand attributes", rss(item(1, more="<a " + " ".join(f'b{n}="c"' for n in range(100_000)) + "/>"))
    ),
    either("A hundred thousand nested elements", rss(item(1, more="<a>" * 100_000 + "</a>" * 100_000))),
    Row(
        "A hundred thousand nested quotes",
        page(rss(item(1, more="<description>" + "&lt;blockquote&gt;" * 100_000 + "</description>"))),
        items=1,
    ),
    either("An unclosed comment", rss(item(1)).replace(b"</channel>", b"<!--" + b" -" * 250_000)),
    either("An unclosed CDATA", rss(item(1)).replace(b"</channel>", b"<![CDATA[" + b"]]" * 250_000)),
    either("An author of 300 kB", rss(item(1, more=f"<author>{'a' * 300_000}</author><odd/>"))),
    either("An author of brackets", rss(item(1, more=f"<author>{'(' * 300_000}</author><odd/>"))),
    either("A date of 300 kB", rss(item(1, more=f"<pubDate>{'1-' * 150_000}</pubDate><odd/>"))),
    either("Half a million entities", rss(item(1, more=f"<description>{'&amp;' * 300_000}</description><odd/>"))),
    Row("A hundred thousand namespaces", page(atom(*(f'<a:b xmlns:a="urn:{n}"/>' for n in range(50_000))))),
)

ROWS = (*NO_FEEDS, *DAMAGE, *ENCODINGS, *ATTACKS)
