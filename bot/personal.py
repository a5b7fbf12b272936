"""What in a text looks like personal or secret data: to be taken out before the text is kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

EMAIL, PHONE, CARD, KEY = "e-mail address", "phone number", "card number", "key"


@dataclass(frozen=True)
class Found:
    kind: str
    """One of the four above, as it is said to people."""
    text: str
    start: int
    end: int


def found(text: str) -> list[Found]:
    """Everything that looks so, in the order of the text; nothing overlaps."""
    kept: list[Found] = []
    for each in sorted(_candidates(text), key=lambda each: (each.start, -each.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
        elif each.end > kept[-1].end:
            first = kept.pop()
            kept.append(Found(first.kind, text[first.start : each.end], first.start, each.end))
    return kept


def masked(text: str) -> str:
    """The text with `[e-mail address]` in the place of an address, and so on."""
    # What was taken out may have been what kept its neighbour from being seen.
    while all_found := found(text):
        for each in reversed(all_found):
            text = f"{text[: each.start]}[{each.kind}]{text[each.end :]}"
    return text


def says_nothing(text: str) -> bool:
    """Whether nothing is left of a masked text but what stands in the place of what was taken out."""
    for kind in (EMAIL, PHONE, CARD, KEY):
        text = text.replace(f"[{kind}]", "")
    return not any(sign.isalnum() for sign in text)


def hinted(each: Found) -> str:
    """So much of it that whoever typed it knows what is meant, such as `an…@…`."""
    text = each.text.removeprefix("<").removeprefix("mailto:").removeprefix("tel:")
    if each.kind == EMAIL:
        return f"{text[:2].partition('@')[0]}…@…"
    return f"{text[:2]}…{text[-2:] if each.kind != KEY else ''}"


def _candidates(text: str) -> Iterator[Found]:
    for pattern in _KEYS:
        yield from (_found(KEY, match) for match in pattern.finditer(text))
    for pattern in _STATED_KEYS:
        yield from (_found(KEY, match) for match in pattern.finditer(text) if _is_a_secret(match["value"]))
    for pattern in _EMAILS:
        yield from (_found(EMAIL, match) for match in pattern.finditer(text))
    yield from (_found(CARD, match) for match in _CARD.finditer(text) if _is_a_card(_digits(match["value"])))
    for pattern, least, most in _PHONES:
        for match in pattern.finditer(text):
            if least <= len(_digits(match["value"])) <= most and not _counts_something(text, match):
                yield _found(PHONE, match)


def _found(kind: str, match: re.Match[str]) -> Found:
    return Found(kind, match["value"], match.start("value"), match.end("value"))


_KEYS = [
    re.compile(rf"(?<![A-Za-z0-9])(?P<value>{pattern})")
    for pattern in (
        r"(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])",
        r"xox[a-z](?:\.xox[a-z])?-[0-9A-Za-z-]{10,}",
        r"xapp-[0-9]-[0-9A-Za-z-]{10,}",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[0-9A-Za-z/]{15,}",
        r"gh[a-z]_[0-9A-Za-z]{30,}",
        r"github_pat_[0-9A-Za-z_]{30,}",
        r"glpat-[0-9A-Za-z_-]{20,}",
        r"(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{8,}",
        r"whsec_[0-9A-Za-z+/=]{16,}",
        r"sk-(?:[a-z]+[0-9]*-)*[0-9A-Za-z_]{20,}",
        r"AIza[0-9A-Za-z_-]{35}",
        r"SG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}",
        r"npm_[0-9A-Za-z]{36}",
        r"drumbeat_[0-9a-f]{64}",
        r"eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}(?:\.[0-9A-Za-z_-]*)?",
    )
]
_KEYS += [
    # To its end, or to the text's when somebody has pasted half of it.
    re.compile(
        r"(?P<value>-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]*-----|\Z))"
    ),
    re.compile(r"(?<=://)(?P<value>[^\s/:@\[\]]{1,64}:[^\s/@\[\]]{1,128}(?=@))"),
]

_NAMES = (
    r"(?:pass(?:word|wort|wd|phrase|code)|kennwort|pwd|secret|api[ _-]?(?:key|token|secret)|access[ _-]?(?:key|token)"
    r"|auth[ _-]?token|client[ _-]?secret|secret[ _-]?(?:access[ _-]?)?key|token)"
)
_STATED_KEYS = [
    # Set with a sign, a value may be any; after a word it must not look like one.
    re.compile(rf"(?i){_NAMES}[\"'`]?[ \t]{{0,3}}={{1,2}}[ \t]{{0,3}}[\"'`]?(?P<value>[^\s\"'`<>\[\]&,;]{{3,256}})"),
    re.compile(
        rf"(?i){_NAMES}[\"'`]?[ \t]{{0,3}}(?::|is\b:?)[ \t]{{0,3}}[\"'`]?"
        r"(?P<value>(?=[^ ]{0,256}[0-9])[^\s\"'`<>\[\],;]{6,256})"
    ),
    re.compile(r"\b[Bb]earer[ \t]+(?P<value>(?=[^ ]{0,256}[0-9])[0-9A-Za-z._~+/=-]{16,})"),
]
_SHOWN_INSTEAD = re.compile(r"[*•xX.…#?_-]+|[%$@{(].*|(?i:null|none|true|false|empty|blank|missing|required|changeme)")


def _is_a_secret(value: str) -> bool:
    """Not stars, the name of a variable, or that there is none."""
    return not _SHOWN_INSTEAD.fullmatch(value)


_LOCAL = r"[\w.%+'-]{1,64}"
_DOMAIN = r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])"
_EMAILS = [
    # As Slack writes it when it has recognized one.
    re.compile(r"(?P<value><mailto:[^<>]{3,500}>)"),
    re.compile(rf"(?<![\w.%+'-])(?P<value>(?!git@){_LOCAL}@{_DOMAIN})"),
    re.compile(rf"(?i)(?<![\w.%+'-])(?P<value>{_LOCAL} ?[(\[{{]at[)\]}}] ?{_DOMAIN})"),
]

_GAP = r"[ \u00a0\u202f\u2010-\u2013-]"
_CARD = re.compile(
    rf"(?<![\w.,])(?P<value>[2-6][0-9]{{3}}{_GAP}?(?:[0-9]{{4}}{_GAP}?[0-9]{{4}}{_GAP}?[0-9]{{1,4}}(?:{_GAP}?[0-9]{{1,3}})?"
    rf"|[0-9]{{6}}{_GAP}?[0-9]{{4,5}}))(?![\w]|[.,][0-9])"
)
_ISSUED = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"
    r"|3[47][0-9]{13}|(?:36|38|30[0-5])[0-9]{11,12}|35(?:2[89]|[3-8][0-9])[0-9]{12}"
    r"|(?:6011|64[4-9]|65|62)[0-9]{12,17}|(?:50[1-3]|5[6-8]|6304|67)[0-9]{10,17}"
)


def _is_a_card(digits: str) -> bool:
    """Whether somebody issues such numbers, and the last digit checks the others (Luhn)."""
    if not 13 <= len(digits) <= 19 or not _ISSUED.fullmatch(digits):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_BEFORE = r"(?<![\w#$€£¥.,/+=-])(?<![0-9]:)"
_AFTER = r"(?![\w%€$£:/]|[.,-][0-9])"
_NEXT = r"(?:[ \u00a0\u202f./()\u2010-\u2013-]{0,2}[0-9])"
_PHONES = [
    (re.compile(pattern), least, most)
    for pattern, least, most in (
        (r"(?P<value><tel:[^<>]{3,200}>)", 3, 200),
        (rf"(?<![\w+])(?P<value>(?:\+[1-9]|\(\+[1-9][0-9]{{0,2}}\)){_NEXT}{{5,14}}){_AFTER}", 8, 15),
        (rf"{_BEFORE}(?P<value>00[1-9][0-9]{{1,2}}{_GAP}{_NEXT}{{5,14}}){_AFTER}", 10, 17),
        # As in North America, then with a leading zero as in most of the world, then in pairs.
        (
            rf"{_BEFORE}(?P<value>(?:1[ .-])?(?:\([2-9][0-9]{{2}}\) ?|[2-9][0-9]{{2}}[ .-])"
            rf"[2-9][0-9]{{2}}[ .-][0-9]{{4}}){_AFTER}",
            10,
            11,
        ),
        (
            rf"{_BEFORE}(?P<value>(?:\(0[1-9][0-9]{{1,4}}\)|0[1-9][0-9]{{1,4}})(?:{_GAP}|/| / )?"
            rf"[0-9]+(?:{_GAP}[0-9]{{2,}}){{0,4}}){_AFTER}",
            9,
            12,
        ),
        (rf"{_BEFORE}(?P<value>0[1-9](?:[ .-][0-9]{{2}}){{4}}){_AFTER}", 10, 10),
    )
]  # fmt: skip
"""Each with the fewest and the most digits that such a number has."""

_COUNTED = re.compile(
    r"(?i)(?:\b(?:order|invoice|bill|ticket|case|ref|reference|po|sku|serial|build|version|release|contract|job|batch"
    r"|tracking|shipment|error|iban|vat|tax)s?(?:[ -]?(?:no\.?|nr\.?|number|id|code))?"
    r"|\b(?:id|account|customer|user|device|part|item) ?(?:no\.?|nr\.?|number|id)|\bid|\bids)[ \t:=#.(-]*$"
)
_DATE = re.compile(r"[0-9]{1,2}([-/. ])[0-9]{1,2}\1(?:19|20)[0-9]{2}\b|(?:19|20)[0-9]{2}([-/.])[0-9]{2}\2[0-9]{2}\b")
LONGEST_NAME = 40
"""Characters before a number that can say what it counts."""


def _counts_something(text: str, match: re.Match[str]) -> bool:
    """Whether it is a date, or the words before it say that it is the number of an order or the like."""
    value = match["value"]
    if value.startswith(("+", "(+", "<")):
        return False
    before = text[max(0, match.start("value") - LONGEST_NAME) : match.start("value")]
    return bool(_DATE.match(value) or _COUNTED.search(before))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
