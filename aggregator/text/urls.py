"""Addresses from strangers: which are links at all, and which name the same page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from unicodedata import normalize
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

# Parameters that say how a reader came, not what the page is.
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|mc_cid|mc_eid|igshid|mibextid|spm|scm|share_token|ref_src"
    r"|cmpid|ocid|guccounter|_hsenc|_hsmi|mkt_tok|isappinstalled|amp|at_(?:medium|campaign|custom\d|format|link\w*)|emc"
    r"|ns_(?:mchannel|source|campaign|linkname)|smid|smtyp|srnd|taid|(?:pk|mtm|matomo)_\w+|_ga|_gl|wt\.mc_\w+|wfr|xtor"
    r"|vd_source|weibo_id|chksm)$",
    re.IGNORECASE,
)
# The same of values: the name alone may say what the page is.
_FROM_A_FEED = re.compile(
    r"(?:partner|mod|ref|source|src|from|cmp|campaign)=(?:rss\w*|feeds?|timeline|(?:single|group)message)|output(?:type)?=amp",
    re.IGNORECASE,
)
# Where a page is known by some parameters, and all others say how a reader came.
_ONLY: dict[str, tuple[str, ...]] = {"mp.weixin.qq.com": ("__biz", "mid", "idx", "sn")}
_TELLING = re.compile(r"[-\d]")  # in the address of an article, and seldom of anything else
_DEFAULT_PORT = {"http": 80, "https": 443}
_UNWANTED = re.compile(r"[\x00-\x20\x7f-\x9f\u200b\ufdd0-\ufdef\ufeff\ufffe\uffff]+")
# Most links, which are fine as they are. The end is no mark that an empty query or fragment would leave.
_PLAIN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/(?:[!#-;=?-\[\]_a-z~]*[!$-;=@-\[\]_a-z~])?)?")
_IN_NO_LINK = re.compile(r'["<>`{}|^]')  # RFC 3986, appendix A; RFC 3987, section 2.2

_IN_NO_HOST = re.compile(r"[\s\]]")
_BEFORE_QUERY = re.compile(r"[^?#]*")
_LOWER_HEX = re.compile(r"%(?:[0-9A-F][a-f]|[a-f][0-9A-Fa-f])")
_FORM = "(?:www|m|mobile|amp|wap|3g|h5)"  # of a site, for desks or phones
_SHARED = r"(?:com?|org|net|gov|edu|ac)\.[a-z]{2}"  # what many sites' names end with
# The same, taken apart.
_USUAL = re.compile(
    rf"https?://(?:{_FORM}\.)*"
    rf"((?!{_FORM}\.|{_SHARED}(?:[/?#]|$))[a-z0-9-]+(?:\.[a-z0-9-]+)+)"  # host as on a desk
    r"((?:/[!\"$->@-~]*)?)(?:\?([!\"$-~]*))?(?:#([!-~]*))?"  # path, query, fragment
)
_CREDENTIALS = re.compile(r"^([a-z]+://)[^/?#]*@", re.IGNORECASE)
_SECRET = re.compile(  # parameters by which a server knows who asks
    r"([?&])(?:(?:(?:access|auth|api|feed|private|user|rss)[_-]?(?:token|key|secret)|token|secret|password|passwd|pwd|auth"
    r"|sig|signature)=[^&#]*|key=[\w-]{16,}(?=[&#]|$))",  # a short one may be a word to look for
    re.IGNORECASE,
)
# The last of them may name what a page is of; a token is long.
_SESSION_NAMED = r"(?:(?:phpsessid|jsessionid|aspsessionid\w*)=[^&#]*|(?:sessionid|cfid|cftoken)=[\w-]{16,}(?=[&#]|$))"
_SESSION = re.compile(  # by which a server tells its visitors apart: each look at a page would make other links of it
    rf";jsessionid=[^/?#;]*|&{_SESSION_NAMED}|(?<=\?){_SESSION_NAMED}&|\?{_SESSION_NAMED}(?=#|$)", re.IGNORECASE
)
_NO_QUERY = re.compile(r"[?&]+(?=#|$)")
_FRONT_DOOR = re.compile(r"(?:https?:)?//[^/?#]*/?\??#?")
_RESERVED = "%/:?#[]@!$&'()*+,;=~"
# Hosts that show the same pages as the bare one, unless that is none (m.com.au).
_ALSO = re.compile(rf"^(?:{_FORM}\.)+(?!{_SHARED}$)(?=[^.]+\.)")
# Domains below which many publish, each at a host of its own, on the same servers.
PLATFORMS = ("substack.com", "medium.com", "beehiiv.com", "wordpress.com", "blogspot.com")
MAX_LENGTH = 2000  #: of a link that is stored
MAX_ASKED = 8000  #: of an address that is asked; what RFC 9110, section 4.1, wants servers to take
_LONGEST_KEY = 400  # characters: PostgreSQL's indexes take 2,700 bytes


def web_link(url: str, base: str = "", longest: int = MAX_LENGTH) -> str:
    """The address made absolute, or "" if it is not one of http or https with a host.

    A backslash is a slash, as browsers have it (WHATWG URL): else a link would lead elsewhere than it seems to.
    """
    if _PLAIN.fullmatch(url) and len(url) <= longest:
        return url
    try:
        url = _UNWANTED.sub(lambda found: "%20" * found.group().count(" "), url.strip()).strip()
        url = _BEFORE_QUERY.sub(lambda found: found.group().replace("\\", "/"), url, count=1)
        url = _IN_NO_LINK.sub(lambda found: f"%{ord(found.group()):02X}", url)
        link = urljoin(base, url).strip() if base and url else url  # no address is none, and not the base's
        parts = urlsplit(link)
        if parts.scheme not in ("http", "https") or not _is_host(parts.hostname or "") or len(link) > longest:
            return ""
        _ = parts.port  # raises on a port that is no number
        link.encode("utf-8")  # raises on a lone surrogate
    except ValueError:
        return ""
    user, at, place = parts.netloc.rpartition("@")  # of which only the place has no small and large letters
    return f"{parts.scheme}://{user}{at}{place.lower()}{link[len(parts.scheme) + len(parts.netloc) + 3 :]}"


def _is_host(name: str) -> bool:
    """Whether a host is more than dots, in whichever form (RFC 3490, section 3.1), and has nothing that no host has."""
    plain = name if name.isascii() else normalize("NFKC", name)
    return bool(plain.strip(".。")) and not _IN_NO_HOST.search(plain)


def without_credentials(link: str) -> str:
    """An address as others may see it: the name and the password that it was given for us are left out."""
    return _CREDENTIALS.sub(r"\1", link)


def as_told(link: str) -> str:
    """The address of a source as it is published: without what it was given to us with, parameters such as ?token=
    included.
    """
    bare = without_credentials(link)
    told = _SECRET.sub(r"\1", bare)
    return bare if told == bare else _NO_QUERY.sub("", re.sub(r"([?&])&+", r"\1", told))


def origin_of(link: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of a web address (RFC 6454); raises ValueError for a port that is none."""
    parts = urlsplit(link)
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORT.get(parts.scheme)


def with_credentials_of(link: str, given: str) -> str:
    """The same address with the name and the password of another one, if that is of the same origin."""
    here, there = urlsplit(web_link(given)), urlsplit(link)
    if "@" not in here.netloc or "@" in there.netloc or origin_of(here.geturl()) != origin_of(link):
        return link
    return there._replace(netloc=here.netloc).geturl()


def without_session(link: str) -> str:
    """The same page for every visitor: an address without the session that it was made for."""
    return _SESSION.sub("", link) if "=" in link else link


def ascii_form(link: str) -> str:
    """A web link as it is sent (RFC 3987, section 3.1); raises ValueError where its host has no such form."""
    if link.isascii():
        return link
    parts = urlsplit(link)
    host = (parts.hostname or "").encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    user, at, _ = parts.netloc.rpartition("@")
    port = f":{parts.port}" if parts.port is not None else ""
    sent = parts._replace(
        netloc=f"{quote(user, safe=':%')}{at}{host}{port}",
        **{name: quote(getattr(parts, name), safe=_RESERVED) for name in ("path", "query", "fragment")},
    )
    return sent.geturl()


def canonical(link: str) -> str:
    """What the addresses of one page have in common: no scheme, tracking parameters, fragment or form for phones.

    It starts with // (RFC 3986, section 4.2), so it is an address still. Idempotent. `link` is one of `web_link`.
    """
    return page_and_anchor(link)[0]


def page_and_anchor(link: str) -> tuple[str, str]:
    """The canonical address of a link's page, and the same with the fragment."""
    if usual := _USUAL.fullmatch(link):
        return _with_fragment(f"//{usual[1]}{_path(usual[2])}{_kept(usual[3] or '', usual[1])}", usual[4] or "")
    parts = urlsplit(link)
    host = bare_host(_ascii_host(parts.hostname or ""))
    port = parts.port
    authority = host if port is None or port == _DEFAULT_PORT.get(parts.scheme) else f"{host}:{port}"
    if ":" in host:
        authority = authority.replace(host, f"[{host}]")
    return _with_fragment(f"//{authority}{_path(parts.path)}{_kept(parts.query, host)}", parts.fragment)


def authority(link: str, groups: Iterable[str] = ()) -> str:
    """The host of a web link, and its port if it names one (RFC 3986, section 3.2); or its group: where a server is."""
    parts = urlsplit(link)
    host = parts.hostname or ""
    return group_of(host, groups) or (f"{host}:{parts.port}" if parts.port is not None else host)


def group_of(host: str, groups: Iterable[str]) -> str:
    """The name, one of `groups`, under which a host stands beside others of one owner; "" if it does not.

    >>> group_of("chips.substack.example", ["substack.example"])
    'substack.example'
    """
    return next((name for name in groups if f".{host}".endswith(f".{name}")), "")


def bare_host(host: str) -> str:
    """A host without what makes it the one for phones, or www, and without the final dot of the root."""
    return _ALSO.sub("", host.rstrip("."))


def _with_fragment(page: str, fragment: str) -> tuple[str, str]:
    """A page and its place. What begins like a path, as in sites of one page, is the page itself: #/news/1."""
    whole = f"{page}#{fragment}" if fragment else page
    return (whole if fragment.startswith(("/", "!/")) else page), whole


def _path(path: str) -> str:
    """A path without what makes it the form for phones of an article: /amp before it, /amp or .amp behind it.

    Characters that may stand in it as such or as their bytes stand as those (RFC 3986, section 6.2.2).
    """
    if not path.isascii():
        path = quote(path, safe=_RESERVED, errors="surrogatepass")
    path = _LOWER_HEX.sub(lambda found: found.group().upper(), path.rstrip("/"))
    while "amp" in path:
        bare = path
        if path.startswith("/amp/") and _TELLING.search(path, 5):
            bare = path[4:]
        for end in ("/amp", ".amp"):
            stem = bare.removesuffix(end).rstrip("/")
            if stem != bare and (stem.count("/") > 2 or _TELLING.search(stem.rpartition("/")[2])):
                bare = stem
        if bare == path:
            break
        path = bare
    return path


def _ascii_host(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        return host


def _kept(query: str, host: str) -> str:
    """A query without the parameters that only track, in order."""
    if not query:
        return ""
    # surrogateescape: a query that is written in GBK keeps its bytes.
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    only = _ONLY.get(host, ())
    if not only or not {name for name, _ in pairs}.issuperset(only):
        pairs = [pair for pair in pairs if not (_TRACKING.match(pair[0]) or _FROM_A_FEED.fullmatch("=".join(pair)))]
        only = tuple(name for name, _ in pairs)
    kept = sorted((name, value) for name, value in pairs if name in only)
    return f"?{urlencode(kept, errors='surrogateescape')}" if kept else ""


def is_home_page(link: str) -> bool:
    """Whether the address is a site's front door: many entries may point at it, so it identifies none of them."""
    return _FRONT_DOOR.fullmatch(link) is not None


def short(key: str, room: int = 0) -> str:
    """A key that fits into an index, with so many more characters: of a long one the beginning, and a hash."""
    if len(key) <= _LONGEST_KEY - room:
        return key
    return f"{key[: _LONGEST_KEY // 2]} {hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:20]}"
