"""The network: one polite, guarded request for one document."""

from aggregator.fetch.http import Fetcher, FetchPolicy

__all__ = ["FetchPolicy", "Fetcher"]
