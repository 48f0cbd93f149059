"""aggregator eval"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, BinaryIO

import click
from rich.markup import escape
from rich.progress import track

from aggregator.cli.show import console, stderr, table
from aggregator.cli.story_scores import print_scores
from aggregator.cli.tagging import records, tagged, tagger_here
from aggregator.tagging import Taxonomy
from aggregator.tagging.baseline import Keywords
from aggregator.tagging.score import Judged, Score, by_field, by_tag, judged

_NUMBERS = ("precision", "recall", "F1", "right", "wrong", "missed", "keywords' F1")


@click.command("eval", epilog="Example: aggregator eval labelled.jsonl --worst 20")
@click.argument("file", type=click.File("rb"))
@click.option("--tags", default=10, show_default=True, help="How many companies and regions to show, the worst first.")
@click.option("--worst", default=5, show_default=True, help="How many texts to show, those with most mistakes first.")
@click.option("--stories", is_flag=True, help="Score the grouping into stories; the label of a text is its `cluster`.")
def eval_command(file: BinaryIO, tags: int, worst: int, stories: bool) -> None:
    """Score the tagger, or the grouping of stories, on labelled texts.

    A line of FILE is an object with title, summary, companies, regions, topics and relevant. A text counts for the
    fields that it has labels of. Beside its F1 stands that of a plain list of keywords: the same names and words
    without any rule. With --stories the objects have id, title, summary, source, published, lang and cluster, and two
    simple methods are beside ours.
    """
    labelled = list(records(file))
    if not labelled:
        raise click.UsageError(f"{file.name} has no texts; write one object a line")
    if stories:
        print_scores(labelled, worst)
        return
    tagger = tagger_here()
    keywords = Keywords(tagger.taxonomy)
    companies = tagger.taxonomy.entries["company"].keys()
    ours, plain = [], []
    for record in track(labelled, "Tagging", console=stderr, transient=True):
        title, summary = (str(record.get(name) or "") for name in ("title", "summary"))
        try:
            ours.append(judged(record, tagged(tagger, record), companies))
            plain.append(judged(record, keywords.tag(title, summary), companies))
        except ValueError as error:
            raise click.UsageError(f"the labels of {title[:60]!r}: {error}") from None
    _print_unknown(labelled, tagger.taxonomy)
    _print_fields(ours, plain)
    _print_tags(by_tag(ours)[:tags])
    _print_worst(ours, worst)
    console.print(f"{len(ours)} texts, taxonomy {tagger.taxonomy.version}", highlight=False)


def _print_unknown(labelled: Sequence[dict[str, Any]], taxonomy: Taxonomy) -> None:
    """Labels that nothing can earn: a slip of the pen, or a tag that is missing."""
    for name, axis in (("companies", "company"), ("regions", "region"), ("topics", "topic")):
        said = Counter(label for record in labelled for label in record.get(name) or () if isinstance(label, str))
        unknown = [f"{label} ({number})" for label, number in said.most_common() if not taxonomy.knows(axis, label)]
        if unknown:
            stderr.print(f"{name} that the taxonomy does not know: {escape(', '.join(unknown[:20]))}", highlight=False)


def _print_fields(ours: Sequence[Judged], plain: Sequence[Judged]) -> None:
    rows = table("field", *_NUMBERS, numbers=_NUMBERS)
    for score, other in zip(by_field(ours), by_field(plain), strict=True):
        rows.add_row(score.name, *_figures(score), f"{other.f1:.3f}")
    for lang in sorted({str(text.record.get("lang")) for text in ours if text.record.get("lang")}):
        ours_too, plain_too = ([text for text in texts if text.record.get("lang") == lang] for texts in (ours, plain))
        for score, other in zip(by_field(ours_too), by_field(plain_too), strict=True):
            if score.name in ("company", "region"):
                rows.add_row(f"{score.name} ({lang})", *_figures(score), f"{other.f1:.3f}")
    console.print(rows)


def _print_tags(scores: Sequence[Score]) -> None:
    if scores := [score for score in scores if score.wrong or score.missed]:
        rows = table("tag", *_NUMBERS[:-1], numbers=_NUMBERS)
        for score in scores:
            rows.add_row(score.name, *_figures(score))
        console.print("\nTags with most mistakes", style="bold")
        console.print(rows)


def _figures(score: Score) -> list[str]:
    rates = (f"{rate:.3f}" for rate in (score.precision, score.recall, score.f1))
    return [*rates, str(score.right), str(score.wrong), str(score.missed)]


def _print_worst(texts: Sequence[Judged], count: int) -> None:
    worst = [text for text in sorted(texts, key=lambda text: -text.mistakes)[:count] if text.mistakes]
    if worst:
        console.print("\nTexts with most mistakes", style="bold")
    for text in worst:
        console.print(f"{escape(str(text.record['title']))}", style="underline", highlight=False)
        for field, (said, found) in text.fields.items():
            for slug in sorted(said - found):
                console.print(f"  missed {_label(field, slug)}", style="yellow", highlight=False)
            for slug in sorted(found - said):
                line = f"  wrong {_label(field, slug)}: {escape(_why(text, field, slug))}"
                console.print(line, style="red", highlight=False)
    if worst:
        console.print()


def _label(field: str, slug: str) -> str:
    return f"{field} {slug}" if field in ("company", "region") else field


def _why(text: Judged, field: str, slug: str) -> str:
    axis = field.split()[0]
    words = [words for tag in text.tagging.tags if (tag.axis, tag.slug) == (axis, slug) for words in tag.evidence]
    said = ", ".join(dict.fromkeys(f"“{each.text}” ({each.rule})" for each in words))
    return said or f"score {text.tagging.score:g}"
