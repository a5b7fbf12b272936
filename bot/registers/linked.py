"""What of the registers is about something that another room shows: a release, or the plan of a quarter."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from bot.audit import record
from bot.folding import folded
from bot.house import House, Panel
from bot.people.model import People
from bot.registers import messages, model
from bot.registers.model import SORTS, Entry


def open_about(session: Session, house: House, names: Collection[str]) -> list[Entry]:
    """What is open and about any of these, by their names or ids: risks first, then questions, then next steps."""
    wanted = {tuple(folded(name)) for name in names} - {()}
    found = [each for each in model.open_entries(session, house) if tuple(folded(each.about)) in wanted]
    return sorted(found, key=lambda each: list(SORTS).index(each.sort))


def lines(session: Session, house: House, names: Collection[str]) -> list[str]:
    """The same, a line each, with owner and day."""
    called = People(session, house).called
    return [messages.linked(house, each, called(each.owner)) for each in open_about(session, house, names)]


def follow_name(session: Session, house: House, slack_id: str, before: str, name: str) -> None:
    """What was about something is about it still under its new name, unless something else bears the old one."""
    if house.links.one_thing and folded(house.links.one_thing(session, house, slack_id, before)) == folded(before):
        return
    for entry in open_about(session, house, [before]):
        entry.about = name
        record(session, house, "register.followed", f"register:{entry.id}", actor=slack_id, about=name)
    session.flush()


def panels(session: Session, house: House, release_id: int) -> list[Panel]:
    """What the card of a release shows: the open entries about it, or that there are none."""
    if house.links.releases is None:
        return []
    return [
        messages.panel(house, lines(session, house, [release.name]))
        for release in house.links.releases(session, house, [release_id])
    ]
