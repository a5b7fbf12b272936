"""What people are asked and told about bundles, in their day message. Words and blocks only."""

from datetime import datetime
from typing import Any

from bot import blocks
from bot.enablement.model import WRITE
from bot.enablement.standing import Stands
from bot.house import House, Obligation, Part
from bot.people.model import Person
from bot.releases.messages import short_day
from bot.releases.model import Release

WORDS = "enablement/asks.txt.j2"
MOST_SHOWN = 300
"""Characters of what changes that stand in the day message; the whole bundle is a button away."""


def to_write(house: House, stands: Stands, person: Person, things: dict[str, Any]) -> Part:
    """To somebody who writes a part of it, or publishes it."""
    owns = person.ref == stands.release.owner
    facts = {"release": stands.release, "missing": things["missing"], "owns": owns, "all_missing": stands.missing}
    days = {"day": short_day(stands.publish_by.isoformat()), "target": short_day(stands.release.target.isoformat())}
    value = str(stands.release.id)
    buttons = [blocks.button("Write the bundle", "enablement.write", value)]
    if owns and not stands.missing:
        buttons.insert(0, blocks.button("Publish the bundle", "enablement.publish", value, style="primary"))
    title = house.words.part(WORDS, "write_title", **facts, **days)
    text = house.words.part(WORDS, "write", published=stands.edition is not None, **facts, **days)
    return Part(title, text, tuple(buttons), minutes=min(10, 3 * max(1, len(things["missing"]))))


def to_confirm(house: House, stands: Stands, person: Person) -> Part:
    """To somebody who is to know it."""
    release, edition = stands.release, stands.edition
    assert edition is not None
    before, roster = stands.confirmations.get(person.slack_id), stands.roster_of(person.slack_id)
    facts = {
        "release": release,
        "function": roster.name if roster else "",
        "nudged": roster is not None and roster.rule.function in stands.nudges,
        "what": blocks.fit(edition.content["sections"][0][2], MOST_SHOWN),
        "change": edition.change if before else "",
        "day": short_day(stands.confirm_by.isoformat()),
        "target": short_day(release.target.isoformat()),
    }
    return Part(
        house.words.part(WORDS, "confirm_title", **facts),
        house.words.part(WORDS, "confirm", **facts),
        (
            blocks.button("Show the bundle", "enablement.show", str(release.id)),
            *confirm_buttons(release),
        ),
        minutes=5,
    )


def write_obligation(house: House, stands: Stands, things: dict[str, Any], due: datetime) -> Obligation:
    ready = not stands.missing
    title = house.words.part(WORDS, "write_obligation", release=stands.release, missing=things["missing"], ready=ready)
    action, label = ("enablement.publish", "Publish") if ready else ("enablement.write", "Write")
    return Obligation(title, due, action, str(stands.release.id), label)


def confirm_obligation(house: House, release: Release, due: datetime) -> Obligation:
    title = house.words.part(WORDS, "confirm_obligation", release=release)
    return Obligation(title, due, "enablement.show", str(release.id), "Show")


def confirm_buttons(release: Release) -> tuple[blocks.Block, ...]:
    value = str(release.id)
    return (
        blocks.button("I have read it", "enablement.read", value, style="primary"),
        blocks.button("I attended", "enablement.attended", value),
        blocks.button("Not for me", "enablement.not_for_me", value),
    )


def done(house: House, release: Release, what: str) -> Part:
    """Nothing is asked of them any more."""
    facts = {"release": release, "writes": what == WRITE}
    return Part(house.words.part(WORDS, "done_title", **facts), house.words.part(WORDS, "done", **facts), waiting=False)


def changed(house: House, release: Release, change: str) -> tuple[str, str]:
    """To somebody who had confirmed an earlier edition, as title and text."""
    facts = {"release": release, "change": change}
    return house.words.part(WORDS, "changed_title", **facts), house.words.part(WORDS, "changed", **facts)
