"""Documents to entries. Parsers take bytes, never an address, and know nothing of the network."""

from aggregator.parse.kinds import KINDS, parse

__all__ = ["KINDS", "parse"]
