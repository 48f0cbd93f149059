"""Two tags side by side, where that is not as easy as it looks."""

from __future__ import annotations

import json

from tests.samples import make_item, store
from tests.web.site import Site


def test_two_tags_of_one_name_are_told_apart(own_site: Site) -> None:
    tags = ["company/deepseek", "model/deepseek"]
    store(own_site.service.db, make_item("named twice", tags, published=own_site.clock()), source_id="model-watch")
    asked = "a=company/deepseek&b=model/deepseek&weeks=4"
    row = json.loads(own_site.get(f"/compare.json?{asked}").text)["rows"][-1]
    names = [name for name in row if name.startswith("DeepSeek (")]
    assert len(names) == 4
