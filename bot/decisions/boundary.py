"""Requests that somebody else must answer: to decide, to choose, to rank. They are brought to whoever decides. Pure."""

import re
from collections.abc import Mapping

LONGEST = 300
"""Characters of a request that are read to know what else it asks for."""
_POLITE = r"""[\W_]*+(?:(?:
    please | pls | just | now | drumbeat | you | to | hey | hi | hello | ok | okay | so | and | then | well | on | about
  | (?:i|we)\s+can(?:['’]?t|not)\s+decide
  | (?:can|could|would|will)\s+you | let(?:['’]s|\s+us) | (?:help|tell|advise|let)\s+(?:us|me)(?:\s+know)?
  | (?:i|we)(?:['’]d|\s+would)?\s+(?:need|want|like)\s+you
)\b[\s,:]*)*+"""
_OURS = r"(?:roadmap|priorit(?:y|ies)|strategy|quarter|backlog)"
_RELEASING = r"(?:build|ship|launch|release|drop|cut|fix|choose|pick)"
_DECIDING = re.compile(
    rf"""{_POLITE}(?:
      (?:decide|choose|pick|(?:re-?)?prioriti[sz]e|(?:stack[\s-]+)?rank|recommend|approve|settle|vote|tie-?break)\b
    | (?:make|take)\s+(?:a|the|this|that|our|my)\s+(?:call|choice|decision)\b
    | (?:make\s+up\s+your\s+mind | cast\s+(?:a|the|your)\s+vote | break\s+(?:the|this)\s+tie)\b
    | resolve\s+(?:this|the|our)\s+(?:conflict|dispute|disagreement)\b
    | (?:accept|reject|decline|park)\b.*\b(?:insights?|ideas?|requests?|[dir]-?\d+)\b
    | triage\s+and\s+(?:re-?)?prioriti[sz]e\b | cut\s+(?:the\s+|our\s+)?scope\b | set\s+(?:the|a)\s+(?:\w+\s+)?date\b
    | put\b.*\bfirst\b | move\b.*\bto\s+(?:now|next|later)\s*[.!]*$
    | go\s+or\s+no[\s-]*go\b
    | (?:it(?:['’]s|\s+is)\s+)?your\s+call\b
    | (?:what|where|how)\b.*\b(?:should|shall|must)\s+(?:we|i|they)\b
    | what\s+(?:do|will)\s+(?:we|i)\s+(?:build|launch|ship|drop)\b
    | what\s+to\s+(?!do\b)
    | (?:what|which|who|where|how)\b.*\bwould\s+you\b
    | (?:what|which|who)(?:\s+(?!is\b|are\b)\w+){{0,2}}\s+to\s+{_RELEASING}\b
    | (?:what|which|who)\s+do\s+you\s+(?:recommend|suggest|prefer|think)\b
    | do\s+you\s+(?:recommend|suggest|prefer|think\s+(?:we|i|that))\b
    | (?:what(?:['’]s|\s+is)\s+|give\s+(?:me|us)\s+)?your\s+(?:recommendation|opinion|view|advice|preference|take)\b
    | what(?:['’]s|\s+is|\s+are)\s+(?:the|our|my)\s+(?:\w+\s+)?(?:priorit(?:y|ies)|strategy)\b
    | what\s+(?:goes|comes)\s+into\b | what\s+do\s+(?:we|i)\s+do\s+(?:first|next\s+quarter)\b
    | when\s+(?:should|shall)\s+(?:we|i)\s+{_RELEASING}\b | why\s+should\s+(?:we|i)\s+{_RELEASING}\b
    | (?:suggest|propose)\s+(?:what|which|who|how|when)\b
    | (?:list|name|show)\b.*\bto\s+build\b
    | (?:rate|score)\s+(?:(?:the|these|those|our|my)\s+)?
        (?:ideas?|features?|options?|bugs?|insights?|items?|requests?)\b
    | (?:what|which|who)\b.*\b(?:first|better|should|best|more\s+important|most\s+important)\b
    | (?<!you\s)(?:should|shall)\b | (?:should|shall|must)\s+decide\b
    | (?:can|do|may|will)\s+(?:we|i)\s+(?:build|launch|release|ship|drop)\b
    | (?:is|are)\b.*\b(?:better|more\s+important|worth)\b
    | (?:own|make|plan|write|draft|set|order|sort|score|suggest|propose|define|fill|come\s+up\s+with|take\s+over
        |give\s+(?:me|us))\b.*\b{_OURS}\b
    | [^?]+\bor\b[^?]+\?
    )
    | [\W_]*(?:(?:and|so)\s+)?would\s+you\s+(?:rather\b|prefer\b|recommend\b|{_RELEASING}\b)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_AROUND = re.compile(
    rf"""^{_POLITE}
      (?:(?:decide|(?:make|take)\s+(?:a|the|this|that|our|my)\s+(?:call|choice|decision))\b[\s,:]*
        (?:(?:on|about|whether|if)\b)?)?\s*
    | \s*\b(?:for|instead\s+of)\s+(?:me|us)\b[\s.?!]*$""",
    re.IGNORECASE | re.VERBOSE,
)


SPEC, TARGET, RESEARCH, TEAM, MARKETING, UPDATE, PERSON, RELEASE = (
    "spec", "target", "research", "team", "marketing", "update", "person", "release",
)  # fmt: skip
"""What else is not for Drumbeat or product ops to do, as requests for it are called."""
_WRITE = r"(?:write|draft|create|make|fill\s+in|generate|compose|prepare|do|give\s+(?:me|us))\s+(?:(?:me|us)\s+)?"
_A = r"(?:(?:a|an|the|my|our|this|that|[\w-]+['’]s?)\s+)?(?:[\w-]+\s+){0,2}?"
_OTHERS: Mapping[str, str] = {
    SPEC: rf"{_WRITE}{_A}(?:prd|specs?|specifications?|user\s+stor(?:y|ies)|requirements?|acceptance\s+criteria)\b",
    TARGET: rf"""(?:(?:set|invent|make\s+up|define|suggest|propose|come\s+up\s+with)\s+|{_WRITE}){_A}
      (?:targets?|okrs?|kpis?|goals?|baselines?|metrics?)\b
      | what\s+(?:should|shall|would)\b.*\b(?:targets?|okrs?|kpis?)\b""",
    RESEARCH: rf"""(?:(?:plan|run|organi[sz]e|schedule|conduct|set\s+up)\s+|{_WRITE}){_A}
      (?:interviews?|usability\s+tests?|user\s+tests?|research|stud(?:y|ies))\b""",
    TEAM: r"""(?:run|facilitate|moderate|lead|chair|host|hold|set\s+up|plan)\s+
      (?:my|our|the|their|[\w-]+['’]s?)\s+(?:\w+\s+)?
      (?:stand-?ups?|dail(?:y|ies)|sprints?|retros?|retrospectives?|meetings?|offsites?)\b""",
    MARKETING: rf"""(?:(?:plan|run)\s+|{_WRITE}){_A}
      (?:campaigns?|marketing|press\s+releases?|blog\s+posts?|ads?|landing\s+pages?)\b""",
    UPDATE: rf"(?:{_WRITE}|submit|answer)\s*(?:my|[\w-]+['’]s?|her|his|their|somebody['’]s)\s+(?:weekly\s+)?updates?\b",
    PERSON: r"""(?:rank|compare|score|rate|grade|review|evaluate|assess)\s+(?:(?:our|the|my|all)\s+)?
      (?:pms?|product\s+managers?|people|colleagues?|team\s+members?|everybody)\b
      | (?:who|which\s+(?:pm|product\s+manager))\s+(?:is|are)\s+(?:the\s+)?
        (?:best|worst|slowest|fastest|weakest|laziest|(?:least|most)\s+productive)\b
      | how\s+(?:well|productive|fast)\s+(?:is|does)\s+[\w-]+\s+(?:perform|work|doing|do)\b
      | (?:show|tell|give)\b.*\b[\w-]+['’]s\s+(?:performance|productivity|track\s+record)\b""",
    RELEASE: r"""sign\s+(?:\w+\s+)?off\b | say\s+(?:go|hold|no[\s-]?go)\b | let\s+(?!me\b|us\b)[\w\s-]*\bgo\s+out\b
      | (?:override|overrule|lift|ignore|waive|lower|skip|close|tick\s+off)\s+(?:the|a|our|this|that|all)\s+
        (?:\w+\s+){0,2}?(?:hold|call|gates?|tier|veto|sign-?offs?|readiness\s+items?)\b
      | allow\s+(?:the|our|this|that)\s+(?:\w+\s+){0,2}?(?:launch|release|rollout)\b""",
}
_OTHER = {sort: re.compile(rf"{_POLITE}(?:{pattern})", re.IGNORECASE | re.VERBOSE) for sort, pattern in _OTHERS.items()}
_FOR_US = re.compile(r"\b(?:for|instead\s+of)\s+(?:me|us)\b[\s.?!]*$", re.IGNORECASE)
_TO_DRUMBEAT = re.compile(
    r"""[\W_]*(?:(?:hey|hi|hello|ok|okay|so)\b[\s,:]*)*
      (?:drumbeat\b | pl(?:ease|s)\b | you\s | (?:can|could|will|would|do)\s+you\b | i\s+(?:need|want)\s+you\b
        | (?:what|which|who|where|how)\b.*\b(?:should|shall|must|would\s+you)\b | (?:should|shall)\s+(?:we|i)\b)""",
    re.IGNORECASE | re.VERBOSE,
)


def is_meant_for_drumbeat(words: str) -> bool:
    """Whether somebody who fills in a form with these words rather wants Drumbeat to do what it says.

    `Choose Postgres` is a decision that somebody made, and `choose one for us` is none.
    """
    line = _on_one_line(words)
    if len(line) > LONGEST:
        # Who asks for something does not tell that much.
        return False
    to_drumbeat = _FOR_US.search(line) or _TO_DRUMBEAT.match(line)
    return bool(to_drumbeat) and (bool(crosses(line)) or asks_to_decide(line))


def crosses(words: str) -> str:
    """What somebody wants of Drumbeat that is not its to do, beside to decide; empty when it is nothing of that."""
    line = _on_one_line(words)[:LONGEST]
    return next((sort for sort, pattern in _OTHER.items() if pattern.match(line)), "")


def asks_to_decide(words: str) -> bool:
    """Whether somebody wants Drumbeat to make a decision."""
    return _DECIDING.match(_on_one_line(words)) is not None


def as_question(words: str) -> str:
    """What is to be decided, without what was said to Drumbeat: `decide about prices for me` is about `Prices`."""
    question = _AROUND.sub("", _on_one_line(words)).strip(' "“”')
    return question[:1].upper() + question[1:]


def _on_one_line(words: str) -> str:
    return " ".join(words.split())
