"""Items, digests and tables as documents: feeds, OPML, CSV, JSON Lines, citations. Pure: values in, bytes out."""
