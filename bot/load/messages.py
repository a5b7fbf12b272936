"""What people see of what they are asked. Pure."""

from collections.abc import Mapping, Sequence

from bot import blocks
from bot.blocks import Message
from bot.definitions.budget import MOST_MESSAGES, MOST_MINUTES, Load
from bot.house import House
from bot.load.figures import FEWEST, Busy, Ignored, Team

WORDS = "load/load.txt.j2"
BARS = "▁▂▃▄▅▆▇█"


def show(house: House, own: Sequence[Load], team: Team, busy: Sequence[tuple[str, Busy]]) -> Message:
    """One's own weeks, the team's last one, and the busy channels by name."""
    messages, minutes = [each.messages for each in own], [each.minutes for each in own]
    texts = [
        _words(house, "own", messages=messages, minutes=minutes, sparks=(_spark(messages), _spark(minutes)),
               most=(MOST_MESSAGES, MOST_MINUTES)),
        _words(house, "team", team=team, fewest=FEWEST, most=(MOST_MESSAGES, MOST_MINUTES)),
        _words(house, "channels", channels=busy, most=house.definitions.organisation.channel_posts_a_day),
    ]  # fmt: skip
    body = [block for text in texts for block in blocks.headed(text)]
    return blocks.message(blocks.header(_words(house, "title")), *body)


def over(house: House, people: Mapping[str, Load]) -> tuple[str, str]:
    """To product ops, as title and text: who got more than a week should bring, by name."""
    facts = {"people": people, "most": (MOST_MESSAGES, MOST_MINUTES)}
    return _words(house, "over_title", **facts), _words(house, "over", **facts)


def ignored(house: House, found: Ignored) -> tuple[str, str]:
    """To product ops, as title and text: many let the same thing pass."""
    percents = [round(100 * share) for share in reversed(found.shares)]
    facts = {"asked_for": asked_for(house, found.kind), "percents": percents}
    return _words(house, "ignored_title", **facts), _words(house, "ignored", **facts)


def asked_for(house: House, kind: str) -> str:
    """What people are asked for in this kind of prompt."""
    return _words(house, "asked_for", kind=kind)


def _spark(numbers: Sequence[int]) -> str:
    """`▁▂▅█`: beside the words that say the same."""
    most = max(numbers, default=0)
    return "".join(BARS[(len(BARS) - 1) * each // most] for each in numbers) if most else ""


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)
