"""Pages as Beautiful Soup reads them."""

from __future__ import annotations

import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning

from aggregator.errors import ParseError
from aggregator.parse.charset import is_encoding


def soup_of(page: bytes, charset: str = "") -> BeautifulSoup:
    """Raises ParseError for a page that cannot be read: one with an encoding that is no name, say."""
    with warnings.catch_warnings():
        for doubt in (MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning):  # which are its, not ours
            warnings.simplefilter("ignore", doubt)
        try:
            # In text, a character cut in half costs itself; in bytes, lxml ends the page there.
            text = page.decode(charset, errors="replace") if is_encoding(charset) else page
            return BeautifulSoup(text, "lxml")
        except Exception as error:
            raise ParseError(f"the page is too damaged to be read ({type(error).__name__}: {error})") from None
