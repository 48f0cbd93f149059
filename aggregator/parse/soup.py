"""Pages as Beautiful Soup reads them."""

from __future__ import annotations

import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning

from aggregator.errors import ParseError


def soup_of(page: bytes, charset: str = "") -> BeautifulSoup:
    """Raises ParseError for a page that cannot be read: one with an encoding that is no name, say."""
    with warnings.catch_warnings():
        for doubt in (MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning):  # which are its, not ours
            warnings.simplefilter("ignore", doubt)
        try:
            return BeautifulSoup(page, "lxml", from_encoding=charset or None)
        except Exception as error:
            raise ParseError(f"the page is too damaged to be read ({type(error).__name__}: {error})") from None
