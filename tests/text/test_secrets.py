"""Addresses of sources as others may see them."""

from __future__ import annotations

import pytest

from aggregator.text.urls import as_told, with_credentials_of, without_credentials


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://reader:s3cret@a.example/feed", "https://a.example/feed"),
        ("https://reader@a.example:8080/feed?to=b@c", "https://a.example:8080/feed?to=b@c"),
        ("https://a.example?u=a@b", "https://a.example?u=a@b"),
        ("https://a.example/@me", "https://a.example/@me"),
        ("https://a:b@c@a.example/x", "https://a.example/x"),
    ],
)
def test_an_address_is_shown_without_what_it_was_given_for_us(link: str, shown: str) -> None:
    assert without_credentials(link) == as_told(link) == shown


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("https://reader:s3cret@a.example/feed?token=s3cret", "https://a.example/feed"),
        ("https://a.example/feed?x=1&api_key=s3cret&y=2#top", "https://a.example/feed?x=1&y=2#top"),
        ("https://a.example/feed?Access-Token=s3cret&sig=s3cret#top", "https://a.example/feed#top"),
        ("https://a.example/feed?keyword=ai&keys=2&tokens=3", "https://a.example/feed?keyword=ai&keys=2&tokens=3"),
        ("https://a.example/feed?key=AIzaSyA-1234567890", "https://a.example/feed"),
        ("https://a.example/feed?key=ai&page=1", "https://a.example/feed?key=ai&page=1"),
        ("https://a.example/feed?a=1&&b=2&", "https://a.example/feed?a=1&&b=2&"),
    ],
)
def test_a_key_in_an_address_is_not_told(link: str, told: str) -> None:
    assert as_told(link) == told


@pytest.mark.parametrize(
    ("link", "given", "asked"),
    [
        ("https://pub.example/part", "https://u:p@Pub.Example/feed", "https://u:p@pub.example/part"),
        ("https://pub.example:443/part", "https://u:p@pub.example/feed", "https://u:p@pub.example/part"),
        ("https://pub.example:8443/part", "https://u:p@pub.example/feed", "https://pub.example:8443/part"),
        ("http://pub.example/part", "https://u:p@pub.example/feed", "http://pub.example/part"),
        ("https://other.example/part", "https://u:p@pub.example/feed", "https://other.example/part"),
        ("https://pub.example/part", "https://pub.example/feed", "https://pub.example/part"),
    ],
)
def test_a_password_goes_to_its_own_origin_alone(link: str, given: str, asked: str) -> None:
    assert with_credentials_of(link, given) == asked
