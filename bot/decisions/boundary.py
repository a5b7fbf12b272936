"""Requests that somebody else must answer: to decide, to choose, to rank. They are brought to whoever decides. Pure."""

import re

_POLITE = r"(?:(?:please|(?:can|could|would|will)\s+you|drumbeat|help\s+(?:us|me)|just|to)\b[\s,:]*)*"
_DECIDING = re.compile(
    rf"""{_POLITE}(?:
      (?:decide|choose|pick|prioriti[sz]e|rank)\b
    | what\s+(?:should|shall|must)\s+(?:we|i|they)\b
    | which\b.*\b(?:first|better|should|best)\b
    | (?:should|shall)\s+(?:we|i)\b
    | (?:own|make|plan|write)\s+(?:our|the|my)\s+(?:product\s+)?(?:roadmap|priorities|strategy|quarter)\b
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_AROUND = re.compile(
    rf"^{_POLITE}(?:decide\b[\s,:]*(?:(?:on|about|whether|if)\b)?)?\s*|\s*\b(?:for|instead of)\s+(?:me|us)\b[\s.?!]*$",
    re.IGNORECASE,
)


def asks_to_decide(words: str) -> bool:
    """Whether somebody wants Drumbeat to make a decision."""
    return _DECIDING.match(words.strip()) is not None


def as_question(words: str) -> str:
    """What is to be decided, without what was said to Drumbeat: `decide about prices for me` is about `Prices`."""
    question = _AROUND.sub("", words.strip()).strip()
    return question[:1].upper() + question[1:]
