"""Slack's own markup: what may be put inside a `mrkdwn` text, and how people's words get there safely.

Nothing a person typed can mention, link or notify: `&`, `<` and `>` are escaped, and the bare forms of
the mass mentions are broken with a zero-width space.
"""

import html
import re
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

LONGEST_URL = 3000
"""Characters Slack takes in a link."""

_UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MASS_MENTION = re.compile(r"@(?=here|channel|everyone)", re.IGNORECASE)
_USER = re.compile(r"[UW][A-Z0-9]+")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]+")
_SEQUENCE = re.compile(r"<([^<>\n]*)>")
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


def escape(text: str) -> Mrkdwn:
    """People's words as markup that shows exactly them. What is markup already is left alone."""
    if isinstance(text, Mrkdwn):
        return text
    escaped = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Mrkdwn(neutralise(escaped))


def neutralise(text: str) -> str:
    """`text` with a zero-width space inside every bare `@here`, `@channel` and `@everyone`."""
    return _MASS_MENTION.sub("@\u200b", text) if "@" in text else text


def mention(slack_user_id: str) -> Mrkdwn:
    """A person, shown by name and notified. ValueError when it is no Slack user id."""
    if not _USER.fullmatch(slack_user_id):
        raise ValueError(f"not a Slack user id: {slack_user_id!r}")
    return Mrkdwn(f"<@{slack_user_id}>")


def channel(slack_channel_id: str) -> Mrkdwn:
    """A channel, shown by name and clickable. ValueError when it is no Slack channel id."""
    if not _CHANNEL.fullmatch(slack_channel_id):
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
    parts: list[str] = []
    end = 0
    for found in _WEB_ADDRESS.finditer(text):
        url = found.group()
        parts += [escape(text[end : found.start()]), f"<{url.replace('&', '&amp;')}>" if is_linkable(url) else escape(url)]
        end = found.end()
    return Mrkdwn("".join([*parts, escape(text[end:])]))


def when(moment: datetime, zone: ZoneInfo) -> Mrkdwn:
    """A moment, shown in each reader's own zone; `zone` is for clients that cannot. ValueError if naive."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a zone: {moment!r}")
    local = moment.astimezone(zone)
    fallback = f"{local:%a} {local.day} {local:%b %H:%M} {local.tzname()}"
    return Mrkdwn(f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{escape(fallback)}>")


def plain(text: str) -> str:
    """What a reader would see of markup, for places that take none. Words that are no markup stay as they are."""
    if not isinstance(text, Mrkdwn):
        return text
    return html.unescape(_SEQUENCE.sub(_seen, text))


def is_linkable(url: str) -> bool:
    """Whether `url` may stand in a link: http, https or mailto, and nothing that could end the link early."""
    if len(url) > LONGEST_URL or re.search(r"[\s<>|\x00-\x1f\x7f-\x9f\ud800-\udfff]", url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.netloc) if parts.scheme in ("http", "https") else parts.scheme == "mailto" and bool(parts.path)


def _seen(sequence: re.Match[str]) -> str:
    target, _, label = sequence.group(1).partition("|")
    return label or target.removeprefix("!").removeprefix("mailto:")
