"""What the API says of itself holds for requests that are made from it, right and wrong ones alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.web.site import Site

RESOURCES = (
    "/items", "/items/{id}", "/stories", "/stories/{id}", "/digests", "/digests/{period}", "/calendar", "/sources",
    "/tags", "/tags/{axis}/{slug}", "/trends/{axis}/{slug}",
)  # fmt: skip
OFTEN = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def described(site: Site) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site.application)


def test_every_resource_is_tried(described: Any) -> None:
    assert sorted(described) == sorted(f"/api/v1{resource}" for resource in RESOURCES)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("resource", RESOURCES)
def test_every_answer_is_one_that_is_described(described: Any, resource: str, mode: GenerationMode) -> None:
    operation = described[f"/api/v1{resource}"]["GET"]
    if mode is GenerationMode.NEGATIVE and resource in ("/sources", "/tags"):
        pytest.skip("without a parameter nothing of what is described can be wrong")

    @OFTEN
    @given(case=operation.as_strategy(mode))
    def holds(case: Any) -> None:
        asked = case.query or {}
        answer = case.call(headers={"Accept-Encoding": "identity"})
        case.validate_response(answer, excluded_checks=list(off(asked)))
        if "q" in asked and mode is GenerationMode.POSITIVE and answer.status_code == 400:
            assert answer.json()["error"]["parameter"] == "q"

    holds()


def off(asked: dict[str, Any]) -> Iterator[Any]:
    """The checks that do not hold for what is asked."""
    # A search is a language of its own, which no pattern describes: what cannot be read in it, such as a quote that is
    # not closed, is refused though it is a string. That is so for q, and for nothing else.
    if "q" in asked:
        yield positive_data_acceptance
    # What is no text becomes some on its way into an address: a number instead of a list of slugs is a slug there, and
    # an empty list is nothing. Whether the text is refused that it should be, the other requests show.
    if not all(isinstance(text, str) for value in asked.values() for text in as_list(value)):
        yield negative_data_rejection


def as_list(value: Any) -> list[Any]:
    return (value or [None]) if isinstance(value, list) else [value]
