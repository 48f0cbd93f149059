"""Addresses that are cut, or have a slash too many, lead to what they mean."""

from __future__ import annotations

import pytest

from aggregator.model import AXES
from tests.web.site import Site, local


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/items/", "/items"),
        ("/items/?company=baidu&q=a+b", "/items?company=baidu&q=a+b"),
        ("/company/baidu/", "/company/baidu"),
        ("/company/baidu//", "/company/baidu"),
        ("/zh/company/baidu/", "/zh/company/baidu"),
        ("/company/百度/", "/company/%E7%99%BE%E5%BA%A6"),
        ("/digest/2025-W11/", "/digest/2025-W11"),
        ("/company/baidu.atom/", "/company/baidu.atom"),
    ],
)
def test_a_slash_too_many_is_taken_away(site: Site, asked: str, meant: str) -> None:
    answer = site.get(asked)
    assert (answer.status_code, local(answer.headers["Location"])) == (301, meant)


@pytest.mark.parametrize("asked", ["/nothing/", "/company/nosuch/x/", "/items/x/"])
def test_where_nothing_is_without_it_either_nothing_is(site: Site, asked: str) -> None:
    assert site.get(asked).status_code == 404


@pytest.mark.parametrize("asked", ["//evil.example/", "///evil.example//", "/%2f/evil.example/", "/\\evil.example/"])
def test_nobody_is_led_to_another_site(site: Site, asked: str) -> None:
    location = site.get(asked).headers.get("Location", "/")
    assert not location.startswith(("//", "/\\"))
    assert local(location).startswith("/")


@pytest.mark.parametrize("axis", AXES)
def test_an_axis_leads_to_its_tags(site: Site, axis: str) -> None:
    answer = site.get(f"/zh/{axis}/")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/zh/tags#axis-{axis}")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/model/gpt-5.6", "/model/gpt-5-6"),
        ("/model/ERNIE X1.atom", "/model/ernie-x1.atom"),
        ("/model/DeepSeek-R1?topic=release", "/model/deepseek-r1?topic=release"),
        ("/model/文心大模型4.5", "/model/ernie-4-5"),
    ],
)
def test_a_version_is_found_by_its_name(site: Site, asked: str, meant: str) -> None:
    answer = site.get(asked)
    assert (answer.status_code, local(answer.headers["Location"])) == (301, meant)
    assert site.get(meant).status_code == 200


def test_versions_are_compared_by_their_names(site: Site) -> None:
    assert site.get("/compare?a=ERNIE+X1&b=GPT+4.5").status_code == 200
