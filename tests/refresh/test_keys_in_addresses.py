"""What a source is known by, as a key behind the ?, is told to nobody: neither in links nor in messages."""

from __future__ import annotations

import pytest

from aggregator.refresh.context import Context
from aggregator.store import reads, states
from tests.fakes import FakeWeb, look
from tests.samples import ALL, add_sources, make_source

KEY = "?token=SECRET123456"
RSS = """<rss version="2.0"><channel><title>T</title><item><guid isPermaLink="false">1</guid>
<title>China AI rules</title><description>&lt;a href="#top"&gt;top&lt;/a&gt; &lt;a href=""&gt;here&lt;/a&gt;
&lt;a href="b"&gt;b&lt;/a&gt;</description>
</item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>urn:x:1</id><title>China AI rules</title>
<link href="#e1"/><updated>2025-03-16T10:00:00Z</updated></entry></feed>"""
INDEX = f"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://news.example/p1.xml{KEY}
</loc></sitemap></sitemapindex>"""


@pytest.mark.parametrize(("kind", "document"), [("feed", RSS), ("feed", ATOM), ("sitemap", INDEX)])
def test_a_key_is_in_no_link_and_no_message(web: FakeWeb, parts: Context, kind: str, document: str) -> None:
    source = make_source("news", url=f"https://news.example/feed{KEY}", kind=kind)
    add_sources(parts.db, source)
    web.documents[source.url] = document.encode()
    report = look(web, parts, source)["news"]
    found = reads.listing(parts.db, ALL).items
    told = [report.error, states.state(parts.db, "news").error]
    told += [text for item in found for text in (item.link, item.summary, item.key)]
    assert bool(found) is not report.failed
    assert not any("SECRET" in text for text in told), told
