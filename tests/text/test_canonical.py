"""One page by several addresses: forms for phones, parameters of one site; and pages that are not one."""

from __future__ import annotations

import pytest

from aggregator.text.urls import canonical


@pytest.mark.parametrize(
    "form",
    [
        "/amp/2025/new-model",
        "/2025/new-model/amp",
        "/2025/new-model/amp/",
        "/2025/new-model.amp",
        "/amp/2025/new-model/amp",
    ],
)
def test_the_form_of_an_article_for_phones_is_the_article(form: str) -> None:
    assert canonical(f"https://a.example{form}") == "//a.example/2025/new-model"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://code.example/sourcegraph/amp", "https://code.example/sourcegraph"),
        ("https://packages.example/package/amp", "https://packages.example/package"),
        ("https://a.example/amp/docs", "https://a.example/docs"),
        ("https://bbs.example/forum.php?mod=viewthread", "https://bbs.example/forum.php"),
        ("https://code.example/tree?ref=main", "https://code.example/tree"),
        ("https://m.com.au/x", "https://www.amp.com.au/x"),
        ("https://www.m.co.uk/", "https://www.amp.co.uk/"),
        ("https://mp.weixin.qq.com/s?src=11&signature=A", "https://mp.weixin.qq.com/s?src=11&signature=B"),
        ("https://mp.weixin.qq.com/mp/homepage?__biz=a&hid=1", "https://mp.weixin.qq.com/mp/homepage?__biz=a&hid=2"),
    ],
)
def test_other_pages_stay_others(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_an_article_of_wechat_is_known_by_four_parameters() -> None:
    article = "https://mp.weixin.qq.com/s?__biz=MzA5&mid=26&idx=1&sn=0f"
    assert canonical(f"{article}&scene=58&chksm=8bf&from=timeline") == canonical(article)
    assert canonical(article.replace("idx=1", "idx=2")) != canonical(article)


@pytest.mark.parametrize("host", ["m.co", "www.com", "amp.dev", "mobile.de"])
def test_a_host_is_not_cut_to_its_last_part(host: str) -> None:
    assert canonical(f"https://{host}/x") == f"//{host}/x"


@pytest.mark.parametrize("page", ["https://a.example/amp", "https://a.example/campus", "https://a.example/x/lamp"])
def test_a_path_that_only_looks_like_one_for_phones_stays(page: str) -> None:
    assert canonical(page) == page.removeprefix("https:")
