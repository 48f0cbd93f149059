"""Stories: items that tell of one event are brought together, across sources and languages."""

from aggregator.stories.glossary import glossary
from aggregator.stories.group import WINDOW, Grouper
from aggregator.stories.lead import story_of

__all__ = ["WINDOW", "Grouper", "glossary", "story_of"]
