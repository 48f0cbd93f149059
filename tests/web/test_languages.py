"""The site in two languages: the same pages, the same feeds, and no word left in the other one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Comment, Doctype, Tag

from aggregator.errors import StoreError
from aggregator.model.saying import listed, say, say_number
from aggregator.store import reads
from aggregator.tagging.labels import label
from scripts.translations import CATALOGUE, extracted, merged, read, untranslated, written
from tests.samples import make_item, store
from tests.web.site import LISTINGS, Pages, Site, links, local, words
from web.languages import is_machine, said, speaking
from web.stored import FORMS, restated

PAGES = (
    "/", *LISTINGS, "/items?q=AI&topic=-business&lang=zh&since=2025-03-01", "/search", "/subscribe?company=baidu",
    "/tags", "/sources", "/about", "/offline", "/api/", "/item/1", "/story/1", "/digest/", "/digest/2025-W10",
    "/digest/2025-03-05", "/company/baidu/digest/2025-W10", "/trends?by=company&weeks=13&until=2025-W11", "/compare",
    "/compare?a=region/cn&b=region/us&weeks=13&until=2025-W11", "/timeline/region/cn", "/items?q=没有这样的词",
)  # fmt: skip
# What is a name, or the same in both languages.
_SAME = re.compile(
    r"AI Policy Wire \(demo\)|feeds\.toml|corrections\.toml|SHA-256|OpenAPI \d\.\d|JSON Feed|"
    r"\b(?:AI|API|ISO|OPML|CSV|RIS|BibTeX|JSON(?: Lines)?|RSS|Atom|Markdown|UTC|CST|URL|HTTP|OR|ok)\b|https?://\S+|/[\w./?=&;-]+|\d{4}-W\d\d|\w+/[\w-]*",
    re.ASCII,
)


def switched(page: BeautifulSoup) -> str:
    """Where the switch of languages leads."""
    switch = page.select_one(".tongues a")
    assert switch is not None
    return str(switch["href"])


def test_every_message_is_translated_and_the_catalogue_holds_no_other() -> None:
    catalogue = read()
    assert untranslated(catalogue) == []
    program = extracted()
    assert len(program) > 400
    assert {message.id for message in program} == {message.id for message in catalogue}
    assert written(merged(program, catalogue)) == CATALOGUE.read_bytes()


def test_a_translation_has_the_values_of_its_message() -> None:
    for message in read():
        if message.id:
            wanted = message.id if isinstance(message.id, str) else message.id[1]
            told = message.string if isinstance(message.string, str) else message.string[0]
            assert set(re.findall(r"%\(\w+\)s", told)) == set(re.findall(r"%\(\w+\)s", wanted)), wanted
            assert sorted(re.findall(r"</?\w+", told)) == sorted(re.findall(r"</?\w+", wanted)), wanted


@pytest.mark.parametrize("address", PAGES)
def test_a_page_names_itself_and_its_other_language(site: Site, address: str) -> None:
    english, chinese = site.page(address), site.page(f"/zh{address}")
    found = [
        {str(link["hreflang"]): str(link["href"]) for link in page.select("link[rel=alternate][hreflang]")}
        for page in (english, chinese)
    ]
    assert found[0] == found[1]
    assert found[0].keys() == {"en", "zh-Hans", "x-default"}
    assert found[0]["x-default"] == found[0]["en"]
    for page, lang in ((english, "en"), (chinese, "zh-Hans")):
        canonical = [str(link["href"]) for link in page.select("link[rel=canonical]")]
        assert canonical == [found[0][lang]]
        assert site.page(local(canonical[0])).title == page.title
    assert switched(english) == local(found[0]["zh-Hans"])
    assert switched(chinese) == local(found[0]["en"])


def test_the_switch_keeps_the_page_and_its_filters(site: Site) -> None:
    address = "/items?company=baidu&topic=-business&q=AI"
    there = switched(site.page(address))
    assert there == f"/zh{address}"
    assert switched(site.page(there)) == address
    assert switched(site.page("/nothing?a=%3Cb%3E", 404)) == "/zh/nothing"


def test_links_of_a_page_stay_in_its_language(read_pages: Pages) -> None:
    for address, page in read_pages.items():
        own = [link for link in links(page) if link.startswith("/") and link != switched(page)]
        own += [str(form["action"]) for form in page.select("form")]
        own = [link for link in own if not is_machine(link.partition("?")[0]) and "/api/v1/" not in link]
        assert own, address
        assert {link.startswith("/zh/") for link in own} == {address.startswith("/zh/")}, address


@pytest.mark.parametrize("address", PAGES)
def test_both_languages_lead_to_the_same_feeds_and_files(site: Site, address: str) -> None:
    def machines(page: BeautifulSoup) -> list[str]:
        found = [str(link["href"]) for link in page.select("[href]") if not link.get("hreflang")]
        return [link for link in map(local_or_as_it_is, found) if is_machine(link.partition("?")[0])]

    assert machines(site.page(f"/zh{address}")) == machines(site.page(address)) != []


def local_or_as_it_is(link: str) -> str:
    return local(link) if link.startswith("http://localhost") else link


@pytest.mark.parametrize(
    "address",
    ["/items.atom?company=baidu", "/company/baidu.json", "/digest/2025-W10.md", "/digest/daily.atom", "/opml",
     "/healthz", "/static/wire.css", "/api/v1/items?limit=1", "/.well-known/feed-menu.json",
     "/items/archive/2025-02.atom",
     "/trends.csv?by=topic", "/sitemap.xml", "/robots.txt", "/sources.json"],
)  # fmt: skip
def test_what_is_for_machines_has_one_address(site: Site, address: str) -> None:
    moved = site.get(f"/zh{address}")
    assert (moved.status_code, moved.headers["Location"]) == (301, address)
    assert site.get(address).status_code == 200


def test_a_redirect_never_leads_away(site: Site) -> None:
    assert site.get("/zh").headers["Location"] == "/zh/"
    assert site.get("/zh//elsewhere.example/items.atom").headers["Location"] == "/elsewhere.example/items.atom"
    assert site.get("/zh/zh/items").status_code == 404
    assert site.get("/zhang").status_code == 404
    assert site.get("/zh/search?q=company:baidu").headers["Location"] == "/zh/items?company=baidu"


def test_what_machines_read_is_english(site: Site) -> None:
    site.get("/zh/items")
    assert "<title>AI Policy Wire (demo) – Baidu</title>" in site.get("/company/baidu.atom").text
    assert "/zh/" not in site.get("/company/baidu.atom").text
    assert site.get("/trends.csv?weeks=13&until=2025-W11").text.startswith("\ufeffWeek,From,China,United States")


@pytest.mark.parametrize(
    ("address", "status", "reason"),
    [
        ("/zh/nothing", 404, "地址可能有误"),
        ("/zh/company/nobody-knows", 404, "没有标签company/nobody-knows。"),
        ("/zh/items?compny=baidu", 400, "compny：没有这个筛选条件；您要找的是company吗？"),
        ("/zh/items?since=yesterday", 400, "写法例如since=2026-11-01或since=2026-11或since=7d"),
        ("/zh/items?q=company:<b>", 400, "q：第9个字符：company：'<b>'不能作为取值"),
        ("/zh/items?q=“AI", 400, "请在末尾加上”"),
        ("/zh/trends?by=x", 400, "请写以下之一：region, company"),
    ],
)
def test_an_error_is_told_in_the_readers_language(site: Site, address: str, status: int, reason: str) -> None:
    page = site.page(address, status)
    assert page.html is not None
    assert page.html["lang"] == "zh-Hans"
    assert reason in words(page.select_one("main"))
    assert not page.select("link[rel=canonical]")


def test_what_goes_wrong_inside_is_told_in_it_too(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(reads, "listing", fail)
    assert "暂时无法读取数据库" in own_site.get("/zh/items").text
    assert "不支持这种请求方法" in own_site.post("/zh/items").text


def ours(page: BeautifulSoup) -> Iterator[str]:
    """What a page says itself: no names, no titles, nothing that is marked as English."""
    for element in page.select(
        '[lang]:not(html), code, pre, kbd, option, [data-label="规则"], .tag, .from, .brand, text.name'
    ):
        element.decompose()
    for told in page.find_all(string=True):
        if not isinstance(told, (Comment, Doctype)):
            yield str(told)
    for element in page.find_all(True):
        yield from (str(element[name]) for name in ("placeholder", "data-label") if element.has_attr(name))


@pytest.mark.parametrize("address", PAGES)
def test_no_english_is_left_on_a_chinese_page(site: Site, address: str) -> None:
    page = BeautifulSoup(site.get(f"/zh{address}").text, "lxml")
    taxonomy = site.service.taxonomy
    known = {
        name for item in site.items() for tag in item.tags for name in (tag.slug, label(taxonomy, tag.axis, tag.slug))
    }
    known |= {entry.name for entries in taxonomy.entries.values() for entry in entries.values()}
    known |= {source.title for source in site.service.config.sources} | {item.heading for item in site.items()}
    names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    text = re.sub(
        rf"\b(?:{names})\b", "", "\n".join(ours(page)).replace(site.service.config.site.title, ""), flags=re.ASCII
    )
    left = re.findall(r"[A-Za-z]{2,}(?: [A-Za-z]+)*", _SAME.sub("", text))
    assert left == [], address


def test_words_of_the_store_are_said_in_chinese(site: Site) -> None:
    with site.application.app_context(), speaking("zh"):
        assert restated("it posts every 3 hours") == "该来源约每3小时更新一次"
        assert restated("same title as item 12") == "与条目12标题相同"
        assert restated("shares qwen-3-5 (model), baidu (company), $2") == "同样提到Qwen 3.5（模型）、百度（公司）、$2"
        assert restated("shares gpt-9-5 (release), 5%") == "同样提到GPT 9.5（发布）、5%"
        assert restated("a server's own words") == "a server's own words"
        assert all(re.search("[\u4e00-\u9fff]", restated(re.sub(r"%\(\w+\)s", "7", form))) for form in FORMS)
    with site.application.app_context():
        assert restated("its interval") == "its interval"
        assert restated("shares qwen-3-5 (model), “it”, gpt (family)") == "shares Qwen 3.5 (model), “it”, GPT (family)"


def test_a_name_that_is_edited_is_the_new_one_in_what_the_store_says(own_site: Site) -> None:
    path = own_site.service.environment.feeds
    for name in ("启明智能", "启明"):
        said = f'\n[[company]]\nslug = "qiming-ai"\nname = "Qiming AI"\nzh = "{name}"\nhome = "cn"\n'
        path.write_text(path.read_text(encoding="utf-8").partition("\n[[company]]")[0] + said, encoding="utf-8")
        own_site.service.notice_edit()
        with own_site.application.app_context(), speaking("zh"):
            assert restated("carried by company/qiming-ai") == f"由{name}带入"


def test_a_saying_is_english_and_remembers_its_values(site: Site) -> None:
    told = say("%(name)s: %(range)s.", name="Baidu", range=say_number("%(number)s day", "%(number)s days", 2))
    assert told == "Baidu: 2 days."
    assert listed(" or ", ("a", "b")) == "a or b"
    with site.application.app_context(), speaking("zh"):
        assert said(told) == "Baidu：2天。"
        assert said(listed(" or ", ("a", "b"))) == "a或b"


def test_names_stand_in_the_pages_language_with_the_other_beside(site: Site) -> None:
    heading = site.page("/zh/company/baidu").h1
    assert words(heading) == "百度 Baidu"
    other = heading.select_one(".other") if isinstance(heading, Tag) else None
    assert other is not None
    assert other["lang"] == "en"
    assert words(site.page("/company/baidu").h1) == "Baidu 百度"
    assert "2025年第10周" in words(site.page("/zh/digest/2025-W10").h1)


def test_texts_name_the_script_that_they_are_written_in(own_site: Site) -> None:
    made = make_item("hk", ["company/baidu"])
    traditional = replace(made, item=replace(made.item, title="百度發布文心大模型，立法會討論監管", lang="zh"))
    store(own_site.service.db, traditional, source_id="model-watch")
    shown = own_site.page("/company/baidu").select(".title")
    assert {words(title): str(title["lang"]) for title in shown}[traditional.item.title] == "zh-Hant"
    assert {str(title["lang"]) for title in shown} == {"en", "zh-Hans", "zh-Hant"}
