"""What the children that read documents share: imported once, by the process that they are forked from."""

from __future__ import annotations

from aggregator.model import Extensions
from aggregator.refresh import reading as reading
from aggregator.tagging import tagger_for

tagger_for(Extensions())  # an installation that extends the taxonomy makes one of its own
