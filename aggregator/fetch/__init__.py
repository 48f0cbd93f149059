"""The network: one polite, guarded request for one document."""

from aggregator.fetch.http import Fetcher
from aggregator.fetch.policy import FetchPolicy

__all__ = ["FetchPolicy", "Fetcher"]
