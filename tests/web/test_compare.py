"""Two tags side by side, where that is not as easy as it looks."""

from __future__ import annotations

import json

from tests.samples import make_item, store
from tests.web.site import Site, words


def test_two_tags_of_one_name_are_told_apart(own_site: Site) -> None:
    tags = ["company/deepseek", "model/deepseek"]
    store(own_site.service.db, make_item("named twice", tags, published=own_site.clock()), source_id="model-watch")
    asked = "a=company/deepseek&b=model/deepseek&weeks=4"
    row = json.loads(own_site.get(f"/compare.json?{asked}").text)["rows"][-1]
    names = [name for name in row if name.startswith("DeepSeek (")]
    assert len(names) == 4


def test_since_when_sources_are_read_is_told_where_the_chart_goes_back_further(site: Site) -> None:
    for page in ("/trends", "/compare?a=company/baidu&b=company/openai"):
        assert "Sources have been read since" in words(site.page(page).select_one("main"))
    assert "Sources have been read since" not in words(site.page("/trends?weeks=4&until=2025-W30").select_one("main"))


def test_the_numbers_beside_the_tags_lead_to_as_many_items(site: Site) -> None:
    for link in site.page("/compare?a=company/baidu&b=company/openai&weeks=8").select(".heading .tag"):
        name, number = words(link).rsplit(": ", 1)
        shown = words(site.page(str(link["href"])).select_one(".sentence"))
        assert f": {number.split()[0]}" in shown, name
