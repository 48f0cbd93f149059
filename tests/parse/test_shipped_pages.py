"""The list pages of the shipped feeds.toml, on pages of the same structure that we wrote ourselves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.config import load
from aggregator.errors import ParseError
from aggregator.model import Entry, Source
from aggregator.parse import parse
from aggregator.parse.document import Document

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHIPPED = {source.id: source for source in load(ROOT / "feeds.toml").sources if source.kind == "html"}

CAC = (
    "<div id=loadingInfoPage><ul>"
    "<li><h5><a href=//www.cac.gov.cn/2026-11/20/c_1.htm "
    "title='关于生成式人工智能服务的通知（全文）'>关于生成式…</a></h5>"
    "<div class=times>2026-11-20</div></li>"
    "<li><h5><a href=//www.cac.gov.cn/2026-11/18/c_2.htm>第二条</a></h5>"
    "<div class=times>2026-11-18</div></li></ul></div>"
)
NDRC = """<ul class="u-list"><li><a href="./202611/t20261120_1.html">关于人工智能的通知</a><span>2026/11/20</span></li>
<li class="empty"></li><li><a href="../../202611/t20261118_2.html">第二条</a><span>2026/11/18</span></li></ul>"""
CASES = {
    "cac-wangxin-ni": (CAC, "关于生成式人工智能服务的通知（全文）", "https://www.cac.gov.cn/2026-11/20/c_1.htm"),
    "ndrc-tz": (NDRC, "关于人工智能的通知", "https://www.ndrc.gov.cn/xxgk/zcfb/tz/202611/t20261120_1.html"),
    "ndrc-fzggwl": (NDRC, "关于人工智能的通知", "https://www.ndrc.gov.cn/xxgk/zcfb/fzggwl/202611/t20261120_1.html"),
    "most-xxgk": (
        "<ul class=a_list><li><a href=/xxgk/1.html>关于人工智能的通知</a><div class=w_list_rq>2026年11月20日</div></li>"
        "<li><a href=/xxgk/2.html>第二条</a><div class=w_list_rq>2026年11月18日</div></li></ul>",
        "关于人工智能的通知", "https://www.most.gov.cn/xxgk/1.html",
    ),
    "nda-zcfb": (
        "<ul class=u-list><li><a href=/sjj/zwgk/zcfb/1.html>关于人工智能的通知</a><span>2026-11-20</span></li>"
        "<li><a href=/sjj/zwgk/zcfb/2.html>第二条</a><span>2026-11-18</span></li></ul>",
        "关于人工智能的通知", "https://www.nda.gov.cn/sjj/zwgk/zcfb/1.html",
    ),
    "beijing-jxj": (
        "<ul class=list><li><a href=./202611/1.html>关于人工智能的通知</a><span class=date>[2026-11-20]</span></li>"
        "<li><a href=./202611/2.html>第二条</a><span class=date>[2026-11-18]</span></li></ul>",
        "关于人工智能的通知", "https://jxj.beijing.gov.cn/jxdt/tzgg/202611/1.html",
    ),
    "gov-cn-english": (
        "<a href='/policies/latestreleases/202611/20/content_WS1.html'>China issues AI Plus guideline</a>"
        "<a href='/policies/latestreleases/202611/20/content_WS1.html'><img src=x></a>"
        "<a href='/policies/latestreleases/202611/18/content_WS2.html'>Second</a>",
        "China issues AI Plus guideline", "https://english.www.gov.cn/policies/latestreleases/202611/20/content_WS1.html",
    ),
    "zai-release-notes": (
        "<div class=update id=glm-5><div data-component-part=update-label>2026-11-20</div>"
        "<div data-component-part=update-description>GLM-5</div></div>"
        "<div class=update id=glm-4><div data-component-part=update-label>2026-11-18</div>"
        "<div data-component-part=update-description>GLM-4</div></div>",
        "GLM-5", "https://docs.z.ai/release-notes/new-released#glm-5",
    ),
    "kr36-newsflashes": (
        "<div class=newsflash-item><a class=item-title href=/newsflashes/1>百度发布新模型</a>"
        "<span class=time>3天前</span></div>"
        "<div class=newsflash-item><a class=item-title href=/newsflashes/2>第二条</a>"
        "<span class=time>5天前</span></div>",
        "百度发布新模型", "https://36kr.com/newsflashes/1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("source_id", CASES)
def test_a_shipped_list_page_is_read(source_id: str) -> None:
    page, title, link = CASES[source_id]
    entries = read(SHIPPED[source_id], page)
    assert [(entry.title, entry.link) for entry in entries][:1] == [(title, link)]
    assert len(entries) == 2
    zone = ZoneInfo(SHIPPED[source_id].timezone)
    assert [f"{entry.published.astimezone(zone):%m-%d}" for entry in entries if entry.published] == ["11-20", "11-18"]


def test_every_shipped_list_page_names_the_rules_that_changed() -> None:
    for source in SHIPPED.values():
        with pytest.raises(ParseError, match="the selectors match nothing on the page"):
            read(source, "<html><body><p>Nothing of the kind</p></body></html>")


def read(source: Source, page: str) -> list[Entry]:
    document = Document(
        f"<html><body>{page}</body></html>".encode(), source.url, "text/html", source.selectors,
        ZoneInfo(source.timezone), NOW,
    )  # fmt: skip
    return list(parse("html", document).entries)
