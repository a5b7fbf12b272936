"""What somebody wants who writes to Drumbeat in their own words. Pure; what was written is not kept."""

import re

from bot.decisions.boundary import asks_to_decide, crosses
from bot.folding import folded

THANKS, AWAY, DECIDE, QUESTION, HELP = "thanks", "away", "decide", "question", "help"
MOST_WORDS = 12
"""Of something that is a question without a question mark."""
A_NAME = 3
"""So few words may be the name of a thing."""

_THANKS = frozenset(
    folded(
        """
        bedankt cheers cool danke done fine good gracias grazie great kiitos merci nice obrigada obrigado ok okay
        perfect super tack tak takk thank thanks thankyou thumbsup thx ty wonderful
        """
    )
)
_BESIDE_THANKS = frozenset(
    folded("a all and beaucoup drumbeat for help lot many much now schon sehr so that very you your")
)
_HELLO = frozenset(
    folded(
        "aide aiuto ajuda aloha ayuda bonjour can ciao do does drumbeat hallo hei hej hello help hey hi hilfe hola i"
    )
    + folded("just me moin need ola please what who work you are how this start menu commands there")
)
_SIGNS_OF_THANKS = frozenset({"👍", "🙏", "❤️", "👌"})
_ASKING = re.compile(r"(?:status|state)\b|(?:how|where)(?:['’]?s|\s+(?:is|are|does|do))\b", re.IGNORECASE)
_QUESTION_WORD = frozenset(folded("are did do does has have how is status what when where which who why"))
_AWAY = re.compile(
    r"""^(?:(?:hi|hello|hey)\b[,!\s]*)?
    (?:(?:i\s*['’]?\s*m|i\s+am|i\s*['’]?\s*ll\s+be|i\s+will\s+be)\s+)?
    (?P<sort>away | ooo | out\s+of\s+(?:the\s+)?office | on\s+(?:leave|holidays?|vacation) | sick)
    (?=$|[\s,.!:])[\s,.!:]*(?P<days>.*)$""",
    re.IGNORECASE | re.VERBOSE,
)


def meant(words: str) -> str:
    """Which of the five above it is; whatever is nothing else asks for help."""
    line = " ".join(words.split())
    spoken = folded(line)
    if _is_thanks(line, spoken):
        return THANKS
    if _AWAY.match(line):
        return AWAY
    if _HELLO.issuperset(spoken):
        return HELP
    if crosses(line):
        return DECIDE
    if _ASKING.match(line):
        return QUESTION
    if asks_to_decide(line):
        return DECIDE
    if line.endswith("?") or _is_short_question(spoken):
        return QUESTION
    return HELP


def days_away(words: str) -> str:
    """The days out of *I'm away until friday*, as `/cadence away` takes them."""
    found = _AWAY.match(" ".join(words.split()))
    if found is None:
        return ""
    sort, days = found["sort"].lower(), found["days"].rstrip(" .!,")
    kind = "sick" if sort == "sick" else "leave" if sort.startswith("on ") else ""
    return f"{kind} {days}".strip()


def _is_thanks(line: str, spoken: list[str]) -> bool:
    if not spoken:
        return bool(line) and set(line.split()) <= _SIGNS_OF_THANKS
    said = set(spoken)
    return bool(said & _THANKS) and said <= _THANKS | _BESIDE_THANKS and not line.endswith("?")


def _is_short_question(spoken: list[str]) -> bool:
    return len(spoken) <= A_NAME or (spoken[0] in _QUESTION_WORD and len(spoken) <= MOST_WORDS)
