"""Believable items in any number: those of the shared feeds, with other words and dates."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from aggregator.model import Extensions, Identity, Page, Source, TaggedItem
from aggregator.refresh.normalise import normalise
from aggregator.refresh.reading import read
from aggregator.tagging import tagger_for
from aggregator.text.terms import searchable

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent
FEEDS = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "feeds"
DAYS = 3 * 365
CHINESE = (
    "百度发布文心大模型",
    "国务院印发人工智能管理办法",
    "阿里云开源通义千问模型",
    "广东出台机器人补贴办法",
    "腾讯混元上线",
)


@cache
def originals() -> list[TaggedItem]:
    """The items of the shared feeds, tagged; those in Chinese as often as an installation of ours would have them."""
    if not FEEDS.is_dir():
        sys.exit(f"the sample feeds are not there: {FEEDS}")
    tagger = tagger_for(Extensions())
    found = []
    for path in sorted(FEEDS.glob("*.xml")):
        source = Source(path.stem, f"https://{path.stem}.example/feed", path.stem)
        for entry in read(source, Page(source.url, path.read_bytes(), "application/xml"), NOW).entries:
            found.append(normalise(entry, source, source.url, "", NOW))
    chinese = [item for item in found if item.lang == "zh"]
    found += chinese * (len(found) // 10 // max(1, len(chinese)))
    return [TaggedItem(item, tagger.tag(item.title, item.text), "") for item in found]


def believable(number: int) -> Iterator[TaggedItem]:
    """Items with words of their own, the oldest first, as they would have come in."""
    chance = random.Random(1)
    models = originals()
    for n in range(number):
        model = chance.choice(models)
        own = f"rareword{chance.randrange(number // 3)} {chance.choice(CHINESE) if model.item.lang == 'zh' else ''}"
        dated = NOW - timedelta(days=DAYS * (1 - n / number)) - timedelta(seconds=chance.randrange(86_400))
        title, text = f"{model.item.title} {n}", f"{model.item.text} {own}"
        item = replace(
            model.item, identity=Identity(f"entry-{n}", f"//news.example/{n}/{model.item.identity.key[-40:]}"),
            title=title, text=text, summary=f"{model.item.summary} {own}", published=dated, fingerprint=f"{n:020x}",
        )  # fmt: skip
        yield TaggedItem(item, model.tagging, searchable(title, text))
