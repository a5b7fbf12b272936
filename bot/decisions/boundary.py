"""Requests that somebody else must answer: to decide, to choose, to rank. They are brought to whoever decides. Pure."""

import re

_POLITE = r"""[\W_]*+(?:(?:
    please | just | now | drumbeat | you | to
  | (?:can|could|would|will)\s+you | let(?:['’]s|\s+us) | (?:help|tell|advise|let)\s+(?:us|me)(?:\s+know)?
  | (?:i|we)(?:['’]d|\s+would)?\s+(?:need|want|like)\s+you
)\b[\s,:]*)*+"""
_OURS = r"(?:roadmap|priorit(?:y|ies)|strategy|quarter|backlog)"
_DECIDING = re.compile(
    rf"""{_POLITE}(?:
      (?:decide|choose|pick|(?:re-?)?prioriti[sz]e|(?:stack[\s-]+)?rank|recommend|approve|settle|vote)\b
    | make\s+(?:a|the|this|that|our|my)\s+(?:call|choice|decision)\b
    | (?:it(?:['’]s|\s+is)\s+)?your\s+call\b
    | (?:what|where|how)\b.*\b(?:should|shall|must)\s+(?:we|i|they)\b
    | what\s+(?:do|will)\s+(?:we|i)\s+(?:build|launch|ship|drop)\b
    | what\s+to\s+(?!do\b)
    | what\s+would\s+you\b
    | (?:what|which|who)\b.*\b(?:first|better|should|best|more\s+important|most\s+important)\b
    | (?:should|shall)\b
    | (?:can|do|may|will)\s+(?:we|i)\s+(?:build|launch|release|ship|drop)\b
    | (?:is|are)\b.*\b(?:better|more\s+important|worth)\b
    | (?:own|make|plan|write|draft|set|order|sort|score|suggest|take\s+over|give\s+(?:me|us))\b.*\b{_OURS}\b
    | [^?]+\bor\b[^?]+\?
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_AROUND = re.compile(
    rf"""^{_POLITE}
      (?:(?:decide|make\s+(?:a|the|this|that|our|my)\s+(?:call|choice|decision))\b[\s,:]*
        (?:(?:on|about|whether|if)\b)?)?\s*
    | \s*\b(?:for|instead\s+of)\s+(?:me|us)\b[\s.?!]*$""",
    re.IGNORECASE | re.VERBOSE,
)


def asks_to_decide(words: str) -> bool:
    """Whether somebody wants Drumbeat to make a decision."""
    return _DECIDING.match(_on_one_line(words)) is not None


def as_question(words: str) -> str:
    """What is to be decided, without what was said to Drumbeat: `decide about prices for me` is about `Prices`."""
    question = _AROUND.sub("", _on_one_line(words)).strip(' "“”')
    return question[:1].upper() + question[1:]


def _on_one_line(words: str) -> str:
    return " ".join(words.split())
