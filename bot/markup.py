"""Slack's own markup: what may be put inside a `mrkdwn` text, and how people's words get there safely.

Nothing a person typed can mention, link or notify: `&`, `<` and `>` are escaped, and the bare forms of
the mass mentions are broken with a zero-width space.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

LONGEST_URL = 3000
"""Characters Slack takes in a link."""

_UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MASS_MENTION = re.compile(r"(<[^<>|]*)|@(?=here|channel|everyone)", re.IGNORECASE)
USER_ID = re.compile(r"[UW][A-Z0-9]+")
CHANNEL_ID = re.compile(r"[CDG][A-Z0-9]+")
_SEQUENCE = re.compile(r"<([^<>\n]*)>")
_UNNAMED = re.compile(r"<[@#]([A-Z0-9]+)\|?>")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>|\"`]+[^\s<>|\"`.,;:!?)'\]}*_~]", re.IGNORECASE)


class Mrkdwn(str):
    """Text already in Slack's markup, safe to send as it stands."""

    __slots__ = ()

    def __html__(self) -> str:
        """Template engines ask for this and then leave the text as it is."""
        return str(self)


def clean(text: str) -> str:
    """`text` with line ends as newlines and with control characters and lone surrogates replaced by U+FFFD.

    Markup stays markup.
    """
    cleaned = _UNSAYABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return Mrkdwn(cleaned) if isinstance(text, Mrkdwn) else cleaned


def shows(text: str) -> bool:
    """Whether there is anything to see: joiners and marks of direction alone are as good as nothing."""
    return any(not sign.isspace() and unicodedata.category(sign) != "Cf" for sign in text)


def escape(text: str) -> Mrkdwn:
    """People's words as markup that shows exactly them. What is markup already is left alone."""
    if isinstance(text, Mrkdwn):
        return text
    escaped = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Mrkdwn(neutralise(escaped))


def neutralise(text: str) -> str:
    """Markup with a zero-width space in `@here`, `@channel` and `@everyone`, except in links' addresses."""
    return _MASS_MENTION.sub(lambda found: found[1] or "@\u200b", text) if "@" in text else text


def mention(slack_user_id: str) -> Mrkdwn:
    """A person, shown by name and notified. ValueError when it is no Slack user id."""
    if not USER_ID.fullmatch(slack_user_id):
        raise ValueError(f"not a Slack user id: {slack_user_id!r}")
    return Mrkdwn(f"<@{slack_user_id}>")


def channel(slack_channel_id: str) -> Mrkdwn:
    """A channel, shown by name and clickable. ValueError when it is no Slack channel id."""
    if not CHANNEL_ID.fullmatch(slack_channel_id):
        raise ValueError(f"not a Slack channel id: {slack_channel_id!r}")
    return Mrkdwn(f"<#{slack_channel_id}>")


def link(url: str, label: str) -> Mrkdwn:
    """`label`, leading to `url`. An address that is not web or mail is only shown, as `label (url)`."""
    if not is_linkable(url):
        return escape(f"{label} ({url})")
    target = url.replace("&", "&amp;")
    shown = escape(" ".join(plain(label).split()).replace("|", "¦"))
    return Mrkdwn(f"<{target}|{shown}>") if shown else Mrkdwn(f"<{target}>")


def with_links(text: str) -> Mrkdwn:
    """People's words as markup, the web addresses in them clickable."""
    if isinstance(text, Mrkdwn):
        return text
    between = _WEB_ADDRESS.split(clean(text))
    addresses = [_linked(url) for url in _WEB_ADDRESS.findall(clean(text))]
    pairs = zip(between, [*addresses, ""], strict=True)
    return Mrkdwn("".join(escape(words) + address for words, address in pairs))


def when(moment: datetime, zone: ZoneInfo) -> Mrkdwn:
    """A moment, shown in each reader's own zone; `zone` is for clients that cannot. ValueError if naive."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a zone: {moment!r}")
    local = moment.astimezone(zone)
    fallback = f"{local:%a} {local.day} {local:%b %H:%M} {local.tzname()}"
    return Mrkdwn(f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{escape(fallback)}>")


def plain(text: str) -> str:
    """What a reader would see of markup, for places that take none. What is no markup stays as it is."""
    if not isinstance(text, Mrkdwn):
        return text
    return _unescaped(_SEQUENCE.sub(_seen, text))


def as_typed(text: str, called: Callable[[str], str]) -> str:
    """A message's text, as Slack hands it over, without markup: about what its author has typed.

    `called` names people and channels by their Slack id, where Slack does not say so itself.
    """

    def typed(sequence: re.Match[str]) -> str:
        target, _, label = sequence[1].partition("|")
        sign, rest = target[:1], target[1:]
        if sign in ("@", "#"):
            return sign + (label or called(rest)).removeprefix(sign)
        if sign == "!":
            return label or ("@group" if rest.startswith("subteam^") else f"@{rest}")
        address = target.removeprefix("mailto:").removeprefix("tel:")
        return address if not label or label in address else f"{label} ({address})"

    return clean(_unescaped(_SEQUENCE.sub(typed, text)))


def unnamed(text: str) -> list[str]:
    """The Slack ids of people and channels that a message's text mentions without their names, once each."""
    return list(dict.fromkeys(_UNNAMED.findall(text)))


def is_linkable(url: str) -> bool:
    """Whether `url` may stand in a link: http, https or mailto, and nothing that could end the link early."""
    if len(url) > LONGEST_URL or re.search(r"[\s<>|\x00-\x1f\x7f-\x9f\ud800-\udfff]", url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return bool(parts.path)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _linked(url: str) -> Mrkdwn:
    return link(url, "") if is_linkable(url) else escape(url)


def _seen(sequence: re.Match[str]) -> str:
    target, _, label = sequence.group(1).partition("|")
    return label or target.removeprefix("!").removeprefix("mailto:")
