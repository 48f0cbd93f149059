"""The address of a listing: equal queries have one, and each of its filters can be taken away."""

from __future__ import annotations

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.web.site import Site, local


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/items?q=&since=&company=baidu", "/items?company=baidu"),
        ("/items?topic=release&company=baidu&company=alibaba", "/items?company=alibaba&company=baidu&topic=release"),
        ("/items?q=company:baidu+ernie", "/items?company=baidu&q=ernie"),
        ("/company/baidu?company=baidu&lang=zh", "/company/baidu?lang=zh"),
        ("/items?q=ernie&sort=relevance&page=1", "/items?q=ernie&sort=relevance"),
        ("/items?before=2025-03-16T00:00:00%2B00:00~9&lang=en", "/items?lang=en&before=2025-03-16T00%3A00%3A00Z~9"),
        ("/digest/2025-W11?topic=release&company=baidu", "/digest/2025-W11?company=baidu&topic=release"),
    ],
)
def test_equal_queries_have_one_canonical_address(site: Site, asked: str, canonical: str) -> None:
    for tongue in ("", "/zh"):
        (link,) = site.page(tongue + asked).select("link[rel=canonical]")
        assert local(str(link["href"])) == tongue + canonical


def test_what_a_form_leaves_empty_is_no_part_of_the_address(site: Site) -> None:
    answer = site.get("/items?q=ernie&topic=policy&since=&until=&company=baidu")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/items?company=baidu&topic=policy&q=ernie")


def test_days_and_words_are_removed_one_by_one(site: Site) -> None:
    page = site.page("/items?since=2025-03-01&until=2025-03-20&q=ernie&company=baidu")
    chips = {str(chip["aria-label"]): local(str(chip["href"])) for chip in page.select("a.chip")}
    assert chips["Remove the filter since 2025-03-01"] == "/items?company=baidu&until=2025-03-20&q=ernie"
    assert chips["Remove the filter until 2025-03-20"] == "/items?company=baidu&since=2025-03-01&q=ernie"
    assert chips["Remove the filter “ernie”"] == "/items?company=baidu&since=2025-03-01&until=2025-03-20"


@pytest.mark.parametrize(
    "host", ["wire.example", "my_wire:8000", "xn--mller-kva.example", "[::1]:8000", "xn--a.example"]
)
def test_links_lead_where_the_reader_asked(site: Site, host: str) -> None:
    for address in ("/items.atom", "/zh/items"):
        asked = EnvironBuilder(address, headers={"Host": host}).get_environ()  # clients read the host, too
        body, status, _ = run_wsgi_app(site.application, asked)
        assert (status, f"http://{host}/items.atom" in b"".join(body).decode()) == ("200 OK", True)


@pytest.mark.parametrize("host", ["my wire.example", "wire.example/elsewhere", 'wire"example', "wire.example:port", ""])
def test_a_host_that_is_none_is_refused(site: Site, host: str) -> None:
    answer = site.get("/items", headers={"Host": host})
    assert (answer.status_code, "names no host" in answer.text) == (400, True)
