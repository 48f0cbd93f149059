"""Tags: names from the taxonomy found in a text, with the words that earned them."""

from aggregator.model import Extensions
from aggregator.tagging.lexicon import Taxonomy
from aggregator.tagging.load import load_taxonomy
from aggregator.tagging.tagger import Tagger, tagger_for

__all__ = ["Extensions", "Tagger", "Taxonomy", "load_taxonomy", "tagger_for"]
