"""Words of the program that the store keeps in English, such as why a source is asked again when: said to a reader.

They are told by their form; what has none of these, such as what a server wrote, stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from aggregator.model.saying import to_say
from web.context import context, name_of, title_of
from web.languages import gettext, language

FORMS = (
    # why a source is looked at next when it is (refresh/schedule.py)
    to_say("it is gone; looked at once a month, in case it comes back"),
    to_say("the feed asks to be read no more often"),
    to_say("the server calls its answer current until then"),
    to_say("the server asked us to wait"),
    to_say("%(number)s failures in a row"),
    to_say("it failed"),
    to_say("its interval"),
    to_say("it posts every %(time)s"),
    to_say("its last post was %(time)s ago"),
    to_say("%(number)s minutes"),
    to_say("%(number)s hours"),
    to_say("%(number)s days"),
    # why an item belongs to its story (stories/)
    to_say("same link as item %(number)s"),
    to_say("same text as item %(number)s"),
    to_say("same title as item %(number)s"),
    to_say("shares %(features)s"),
    # what has changed since a digest was closed (store/digests.py)
    to_say("its title is now “%(title)s”"),
    to_say("it was found to be off topic"),
    to_say("it belongs to story %(number)s now"),
    # what is wrong with a document that could be read (refresh/decide.py)
    to_say("it has no entries now, and used to have some"),
    to_say("the server says that nothing is new where something is, so the whole document is asked for each time"),
    # why a source was not asked, or not read (refresh/)
    to_say("it cannot be asked: a secret of its headers is not there; `aggregator check` says which"),
    to_say("%(why)s; its headers are not sent to %(host)s, where it redirects: if that is right, write that as url"),
    to_say("this is a feed of the site itself; subscribe to the sources that it reads instead"),
    to_say(
        "this is a feed of AI Policy Wire, perhaps of this very site; name the sources that it reads instead, or write "
        "[site] url in feeds.toml, by which it can be told from others"
    ),
    # why a source could not be read (fetch/)
    to_say("the server answered %(status)s"),
    to_say("the name %(host)s is not known"),
    to_say("no connection to %(host)s: %(words)s"),
    to_say("no connection within %(limit)s"),
    to_say("nothing came for %(limit)s"),
    to_say("no complete answer within %(limit)s"),
    to_say("no secure connection to %(host)s: %(words)s"),
    to_say("the server's certificate is not valid: %(words)s"),
    to_say("the server closed the connection without an answer"),
    to_say("the answer broke off: %(words)s"),
    to_say("the answer is not valid HTTP: %(words)s"),
    to_say("the address is not one of http or https: %(words)s"),
    to_say("the address is not one of the Internet"),
    to_say("the answer's headers are larger than max_headers (%(limit)s bytes)"),
    to_say("the document is larger than %(setting)s (%(limit)s bytes)"),
    to_say("the packed document broke off"),
    to_say("the host's robots.txt forbids this page to programs"),
    to_say("robots.txt could not be read (%(why)s), which forbids everything"),
    to_say("a challenge page (%(who)s) stands before the document; ask the publisher to let feed readers in"),
    to_say("the address %(host)s is not public; to allow it, add its network to allow_networks under [fetch]"),
    to_say("port %(number)s is not one for web pages; to allow it, add it to allow_ports under [fetch]"),
    to_say("no answer: %(words)s"),
    to_say("reading the document took longer than %(limit)s s"),
    to_say("reading the document took more than %(limit)s bytes of memory"),
    to_say("reading the document ended the parser (%(words)s)"),
    to_say("reading the document was given up"),
    to_say("the processes that read documents keep dying; is there enough memory?"),
    to_say("the document is nested too deeply"),
    to_say("other sources of its host were told to wait, so it is left alone until %(time)s UTC"),
    to_say("more than %(number)s redirects"),
    to_say("the address has more than %(limit)s characters"),
    to_say("the document is packed wrongly (%(words)s)"),
    to_say("the document is packed as %(words)s, which was not asked for"),
    to_say("the document is packed %(number)s times over"),
    to_say("the document is packed in more than %(limit)s parts"),
    to_say("the document is too damaged to be read (%(words)s)"),
    to_say("the page is too damaged to be read (%(words)s)"),
    to_say("its part %(words)s did not come: %(why)s"),
    to_say("it is an index as well"),
    to_say("unexpected error: %(words)s"),
    to_say("the document is empty"),
    to_say("the document is not a feed (%(words)s)"),
    to_say("the selector %(words)s finds nothing in %(number)s records"),
    to_say("its items cannot be stored: %(words)s"),
    to_say("the rule %(words)s takes too long; write a simpler one"),
    to_say("the selectors match nothing on the page (%(words)s)"),
    to_say("a selector cannot be read: %(words)s"),
    to_say("the document is a web page, not a feed"),
    to_say('the document is JSON, but not JSON Feed; for other JSON write kind = "json" and selectors'),
    to_say("the document is no sitemap (its root is %(words)s)"),
    to_say("the sitemap cannot be read (%(words)s)"),
    to_say("the document is not JSON (%(words)s)"),
    to_say("the selector %(words)s leads to no list"),
    # what was wrong with a document that could be read (parse/)
    to_say("%(number)s of %(most)s entries were left out (max_items)"),
    to_say("date = %(words)s finds no date in any of %(number)s rows"),
    to_say("date = %(words)s finds no date in any of %(number)s records"),
    # by which rule an item has a tag (tagging/)
    to_say("name"),
    to_say("signal %(weight)s"),
    to_say("guarded name: %(why)s"),
    to_say("carried by %(tag)s"),
    to_say("version of a model family"),
    to_say("given by the source"),
    to_say("published by a public body"),
    to_say("published by a company that makes AI"),
    to_say("published among papers"),
    to_say("a name on its maker's page"),
    to_say("said by a source of the place itself"),
    to_say("corrected: %(why)s"),
)
_CARRIED, _SIGNAL = "carried by ", "signal "
_INNER = ("time", "why")  # values that have a form themselves
_FEATURE = re.compile(r"(\S+) \((company|model|family|release|body|initiative)\)(, )?|, ")


def restated(text: str) -> str:
    """What the store says in words, in the reader's language, with the names of tags for their slugs."""
    if language() != "en":
        return _restated(text, context().taxonomy.version)
    if text.startswith(_CARRIED):
        return _CARRIED + _tag_name(text.removeprefix(_CARRIED))
    if text.startswith(_SIGNAL):
        return f"word of weight {text.removeprefix(_SIGNAL)}"
    return _FEATURE.sub(_english_feature, text) if text.startswith("shares ") else text


@lru_cache(maxsize=5000)  # Chinese is the only other language, and many sources say the same
def _restated(text: str, taxonomy: str) -> str:
    """`taxonomy` is the version that has the names."""
    for form, pattern in _patterns():
        if found := pattern.fullmatch(text):
            values = {name: _value(name, part, taxonomy) for name, part in found.groupdict().items()}
            return gettext(form) % values if values else gettext(form)
    return text


def _value(name: str, text: str, taxonomy: str) -> str:
    if name == "features":
        return _FEATURE.sub(_feature, text)
    if name == "tag":
        return _tag_name(text)
    return _restated(text, taxonomy) if name in _INNER else text


def _tag_name(tag: str) -> str:
    axis, _, slug = tag.partition("/")
    return name_of(axis, slug)


def _feature(found: re.Match[str]) -> str:
    """qwen-3-5 (model) as it is said in a list."""
    slug, kind, goes_on = found.groups()
    if not slug:
        return "、"
    axis = _axis(kind)
    said = name_of("topic", "release") if kind == "release" else title_of(axis)
    return f"{name_of(axis, slug)}（{said}）{'、' if goes_on else ''}"


def _english_feature(found: re.Match[str]) -> str:
    slug, kind, goes_on = found.groups()
    return f"{name_of(_axis(kind), slug)} ({kind}){goes_on or ''}" if slug else found[0]


def _axis(kind: str) -> str:
    return "model" if kind in ("family", "release") else kind


@lru_cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((form, re.compile(_pattern(form), re.DOTALL)) for form in FORMS)


def _pattern(form: str) -> str:
    """%(number)s is digits, any other value any text."""
    parts = re.split(r"%\((\w+)\)s", form)
    named = [rf"(?P<{name}>{'[0-9]+' if name == 'number' else '.+?'})" for name in parts[1::2]]
    return "".join(word + name for word, name in zip(map(re.escape, parts[::2]), [*named, ""], strict=True))
