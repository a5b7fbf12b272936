"""What the checks find in how much people are asked. Only product ops reads it, since it tells of single people."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from bot.findings import finding
from bot.house import Finding, House
from bot.load import figures, messages
from bot.people.model import People, channel_name
from bot.prompts import model as prompts

MOST_SILENT = 0.15
"""A larger share of those who were ever asked anything, that wants no reminders. Slack tells nobody who mutes what."""


def findings(session: Session, house: House) -> Iterator[Finding]:
    people = People(session, house)
    for person, week in figures.by_person(session, house)[-1].items():
        if week.is_too_much:
            facts: dict[str, Any] = {"name": people.called(person), "messages": week.messages, "minutes": week.minutes}
            yield finding(house, "NO01", f"person:{person}", **facts)
    for each in figures.busy(session, house):
        if each.in_threads:
            name = channel_name(session, house, each.channel)
            yield finding(house, "NO02", f"channel:{each.channel}", name=name, count=each.in_threads, of=0)
    silent, asked = prompts.muted(session, house, house.clock.now())
    if asked >= figures.FEWEST and silent > MOST_SILENT * asked:
        yield finding(house, "NO02", "people:silent", name="", count=silent, of=asked)
    for ignored in figures.ignored(session, house):
        percent = round(100 * ignored.shares[0])
        asked_for = messages.asked_for(house, ignored.kind)
        yield finding(house, "NO03", f"prompt:{ignored.kind}", asked_for=asked_for, percent=percent)
