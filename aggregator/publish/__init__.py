"""Items as documents for other programs: Atom, RSS 2.0, JSON Feed 1.1, OPML 2.0. Pure: values in, bytes out."""
