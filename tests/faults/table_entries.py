"""Rows: entries without what entries have, and entries with what nobody should have."""

from __future__ import annotations

from tests.faults.rows import atom, item, read, rss

ONE = "<item><title>AI rules</title></item>"


def dated(*dates: str) -> bytes:
    return rss(*(item(number, more=f"<pubDate>{date}</pubDate>") for number, date in enumerate(dates)))


def telling(html: str) -> bytes:
    escaped = html.replace("&", "&amp;").replace("<", "&lt;")
    return rss(item(1, more=f"<description>{escaped}</description>"))


def linked(*links: str) -> bytes:
    return rss(*(f"<item><title>Part {n}</title><link>{link}</link></item>" for n, link in enumerate(links)))


IDENTITIES = (
    read("No guid", rss(item(1), item(2)), 2),
    read("One guid for all", rss(*(item(n, more="<guid>same</guid>") for n in range(5))), 5),
    read("One link for all", rss(*(item("same", f"Title {n}") for n in range(5))), 5),
    read("One guid and one link for all", rss(*(item("same", more="<guid>1</guid>") for _ in range(5))), 1),
    read("Neither link nor guid", rss("<item><title>A</title></item>", "<item><title>B</title></item>"), 2),
    read("The same title without more", rss(ONE, ONE, ONE), 3),
    read(
        "No title", rss("<item><link>/1</link><description>Words of it</description></item>"), titles=("Words of it",)
    ),
    read("Nothing in an item", rss("<item></item>", item(1)), 2),
    read("Only spaces in a title", rss(item(1, "  \n ", "<description>Words</description>")), titles=("Words",)),
    read("A guid of 100 kB", rss(item(1, more=f"<guid>{'g' * 100_000}</guid>"))),
    read("A link of 100 kB", linked("/" + "l" * 100_000), links=("",)),
)
DATES = (
    read("No date", rss(item(1)), dates=("None",)),
    read("The year 0", dated("0000-01-01T00:00:00Z", "Sat, 01 Jan 0000 00:00:00 GMT"), 2, dates=("None", "None")),
    read("The year 1970", dated("Thu, 01 Jan 1970 00:00:00 GMT"), dates=("None",)),
    read("The year 2999", dated("Tue, 01 Jan 2999 00:00:00 GMT", "2999-01-01"), 2, dates=("None", "None")),
    read("The year 99999", dated("Tue, 01 Jan 99999 00:00:00 GMT", "9" * 50), 2, dates=("None", "None")),
    read(
        "A Chinese date",
        dated("2025年3月16日", "2025年3月16日 10:30"),
        2,
        dates=("2025-03-16T00:00", "2025-03-16T10:30"),
    ),
    read("The 30th of February", dated("Sun, 30 Feb 2025 10:00:00 GMT"), dates=("None",)),
    read("An odd zone", dated("Sun, 16 Mar 2025 10:00:00 +9999"), dates=("2025-03-16T10:00",)),
    read("A date of words", dated("soon")),
    read(
        "A zone of the source",
        dated("2025-03-16 08:00"),
        dates=("2025-03-16T00:00",),
        settings='timezone = "Asia/Shanghai"',
    ),
)
BASES = '<entry xml:base="b/"><id>urn:1</id><title>Based</title><link href="c"/></entry>'
LINKS = (
    read(
        "Relative links with xml base",
        atom(BASES, attributes='xml:base="https://base.example/a/"'),
        links=("https://base.example/a/b/c",),
    ),
    read(
        "Relative links",
        linked("one", "../two", "?three", "//127.0.9.9/four"),
        4,
        links=("/one", "/two", "/feed?three", "//127.0.9.9/four"),
    ),
    read(
        "Links that are none",
        linked("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:a@b.c"),
        4,
        links=("",) * 4,
        lacks=("javascript:", "data:text", "file:", "mailto:"),
    ),
    read(
        "Hidden javascript",
        linked("java\tscript:alert(1)", " javascript:alert(2)", "JaVaScRiPt:alert(3)"),
        3,
        links=("",) * 3,
        lacks=("alert",),
    ),
    read(
        "Private addresses are only links",
        linked("http://10.0.0.1/a", "http://169.254.169.254/b"),
        2,
        links=("http://10.0.0.1/a", "http://169.254.169.254/b"),
    ),
    read("Broken links", linked("http://[", "http://a:99999/", "https:///a"), 3, links=("",) * 3),
    read("Links with a line in them", linked("/a\r\nb"), links=("/ab",)),
    read(
        "Enclosures nobody fetches",
        rss(item(1, more='<enclosure url="/big.mp3" length="9" type="audio/mpeg"/>')),
        not_asked=("/big.mp3",),
    ),
)
EVIL = (
    "<script",
    "alert(",
    "onclick",
    "onerror",
    "<iframe",
    "<form",
    "action=",
    "<svg",
    "xlink",
    "style=",
    "javascript:",
)
MARKUP = (
    ("Script", "<p>Words</p><script>alert(1)</script>"),
    ("Event handlers", '<p onclick="alert(1)">Words</p><img src=x onerror=alert(1)>'),
    ("Frames", '<p>Words</p><iframe src="javascript:alert(1)"></iframe>'),
    ("Forms", '<form action="/steal">Words<input name=q></form>'),
    ("SVG", '<p>Words</p><svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>'),
    ("MathML", '<p>Words</p><math><mtext><table><mglyph><style><img src=x onerror="alert(1)">'),
    ("Styles", '<p style="background:url(javascript:alert(1))">Words</p><style>p{}</style>'),
    ("Broken markup", '<p>Words</p><<script>script>alert(1)<</script>/script><a href="java&#10;script:alert(1)">x'),
    ("Markup in a comment", "<p>Words</p><!--><img src=x onerror=alert(1)>-->"),
    ("Hidden entities", '<a href="&#106;avascript:alert(1)">Words</a>'),
    (
        "A meta refresh",
        '<meta http-equiv=refresh content="0;url=javascript:alert(1)"><base href="//evil.example/">Words',
    ),
)
SUMMARIES = tuple(read(f"{name} in a summary", telling(html), holds=("Words",), lacks=EVIL) for name, html in MARKUP)
XHTML = (
    '<entry><id>u</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
    'AI <b onclick="alert(1)">rules</b></div></title><link href="/1"/></entry>'
)
TITLES = (
    read(
        "A title of plain text that talks of script",
        rss(item(1, "AI <script>alert(1)</script> rules")),
        titles=("AI <script>alert(1)</script> rules",),
    ),
    read(
        "An Atom title of XHTML",
        atom(XHTML),
        lacks=EVIL,
        titles=("AI rules",),
    ),
    read("A title with a bidi override", rss(item(1, "AI \u202erules")), holds=("rules",)),
)

ROWS = (*IDENTITIES, *DATES, *LINKS, *SUMMARIES, *TITLES)
