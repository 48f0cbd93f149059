"""A story's page and its feed."""

from __future__ import annotations

import csv
import io

import feedparser

from tests.web.site import Site, words

WEEK = "/digest/2025-W11"


def test_a_story_says_why_each_report_belongs(site: Site) -> None:
    story = next(link for link in site.page(WEEK).select("a.reports"))
    page = site.page(str(story["href"]))
    reports = page.select(".timeline li")
    assert len(reports) == int(words(story).split()[0]) > 1
    assert sum("leads" in words(report.select_one(".meta")) for report in reports) == 1
    assert any("Here because it" in words(report.select_one(".why")) for report in reports)


def test_a_list_says_how_many_report_the_event_of_an_item(site: Site) -> None:
    counted = {}
    for entry in site.page("/items?company=baidu").select("article.item"):
        if link := entry.select_one("a.reports"):
            counted[str(link["href"])] = int(words(link).split()[0])
    assert counted
    for story, reports in counted.items():
        assert len(site.page(story).select(".timeline li")) == reports > 1


def test_a_story_can_be_followed(site: Site) -> None:
    story = str(next(link for link in site.page(WEEK).select("a.reports"))["href"])
    page = site.page(story)
    (link,) = page.select('link[rel="alternate"][type="application/atom+xml"]')
    assert link["href"] == f"http://localhost{story}.atom"
    assert f'<http://localhost{story}.atom>; rel="alternate"' in site.get(story).headers["Link"]
    read = feedparser.parse(site.get(f"{story}.atom").data)
    assert not read.bozo
    shown = [words(title) for title in page.select(".timeline h3")]
    assert [entry.title for entry in read.entries] == shown[::-1]
    assert words(page.h1) in read.feed.title
    assert site.get("/story/999999.atom").status_code == 404
    assert [entry["title"] for entry in site.get(f"{story}.json").json["items"]] == shown[::-1]
    assert feedparser.parse(site.get(f"{story}.rss").data).version == "rss20"
    kept = csv.DictReader(io.StringIO(site.get(f"{story}.csv").data.decode("utf-8-sig")))
    assert [row["title"] for row in kept] == shown[::-1]
    assert site.get(f"{story}.bib").text.count("@") == site.get(f"{story}.ris").text.count("TY  - ") == len(shown)
