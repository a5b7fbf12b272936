"""What the definitions make of a channel: which rituals post there, and for what else it is named."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.definitions import Area, FunctionDefinition, Ritual
from bot.house import House


@dataclass(frozen=True)
class Place:
    """A channel as the definitions name it; all empty where they do not."""

    rituals: tuple[Ritual, ...] = ()
    uses: tuple[str, ...] = ()
    """Of `updates`, `launches`, `decisions`, `product_ops`, `told` (of releases), `insights`, `routed`, `restricted`,
    `incidents` and `watched`."""
    areas: tuple[Area, ...] = ()
    """Those whose forum it is."""
    functions: tuple[FunctionDefinition, ...] = ()
    """Those whose people read it."""
    classes: tuple[str, ...] = ()
    """Names of the classes of decision that are made there."""
    sources: tuple[str, ...] = ()
    """Names of the sources of insights that are talked about there."""

    @property
    def is_named(self) -> bool:
        return self != Place()


def place(house: House, slack_id: str, name: str) -> Place:
    """What the channel of this Slack id and name (without `#`) is for."""
    called = {slack_id, f"#{name}"}
    organisation, rules = house.definitions.organisation, house.definitions.insights
    return Place(
        rituals=tuple(each for each in house.definitions.calendar.rituals if each.channel in called),
        uses=tuple(dict.fromkeys(use for use, channel in _uses(house) if channel in called)),
        areas=tuple(each for each in organisation.areas if each.forum in called),
        functions=tuple(each for each in organisation.functions if each.channel in called),
        classes=tuple(each.name for each in house.definitions.decision_classes if each.forum.channel in called),
        sources=tuple(each.name for each in (rules.sources if rules else ()) if each.channel in called),
    )


def named(house: House) -> list[str]:
    """Every channel that the definitions name, each once: `#name`, or a Slack id."""
    organisation, rules = house.definitions.organisation, house.definitions.insights
    found = [
        *(channel for _use, channel in _uses(house)),
        *(each.channel for each in house.definitions.calendar.rituals),
        *(each.forum for each in organisation.areas),
        *(each.channel for each in organisation.functions),
        *(each.forum.channel for each in house.definitions.decision_classes),
        *(each.channel for each in (rules.sources if rules else ())),
    ]
    return list(dict.fromkeys(channel for channel in found if channel))


def _uses(house: House) -> Iterator[tuple[str, str | None]]:
    channels, rules = house.definitions.organisation.channels, house.definitions.insights
    releases = house.definitions.releases
    yield "updates", channels.updates
    yield "launches", channels.launches
    yield "decisions", channels.decisions
    yield "product_ops", channels.product_ops
    for step in releases.comms.timeline if releases else ():
        for group in step.to:
            # What begins otherwise is a group of people.
            yield "told", group if group.startswith("#") else None
    if rules is None:
        return
    yield "insights", rules.channel
    for route in rules.routes:
        yield "routed", route.forum.channel
    for restricted in filter(None, [rules.restricted]):
        yield "restricted", restricted.channel
    for incident in filter(None, [rules.incident]):
        yield "incidents", incident.channel
    for watched in rules.watched:
        yield "watched", watched
