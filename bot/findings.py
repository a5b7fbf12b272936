"""One finding of a check, in the words of `templates/checks/findings.txt.j2`, which has a block for each check."""

from typing import Any

from bot.house import Finding, House

WORDS = "checks/findings.txt.j2"


def finding(
    house: House, rule: str, about: str, owner: str | None = None, *, worse: bool = False, **facts: Any
) -> Finding:
    """What check `rule` finds in `about`, for its owner (Slack id), or for product ops. The block is given `facts`."""
    return Finding(rule, about, house.words.part(WORDS, rule, **facts), owner, worse=worse)
