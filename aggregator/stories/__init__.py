"""Stories: items that tell of one event are brought together, across sources and languages."""

from aggregator.stories.features import NAMED
from aggregator.stories.glossary import glossary
from aggregator.stories.group import WINDOW, Grouper
from aggregator.stories.lead import story_of
from aggregator.stories.parties import PARTIES

__all__ = ["NAMED", "PARTIES", "WINDOW", "Grouper", "glossary", "story_of"]
