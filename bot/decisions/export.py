"""The decision log as files: one in Markdown for each entry, or all of it as one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.decisions.consulting import opinions_of
from bot.decisions.entry import DOOR_NAMES
from bot.decisions.messages import about
from bot.decisions.model import Decision, replaced_by
from bot.house import House
from bot.people.deciding import in_words
from bot.people.model import Channel, People

RECORD = "decisions/record.md.j2"
AT_ONCE = 500
"""Entries read in one transaction, so that whoever else writes need not wait for all of them."""
COLUMNS = (
    "id", "state", "class", "area", "question", "decision", "options", "why", "decider", "recorded_by", "raised_by",
    "raised_at", "needed_by", "stuck", "decided_at", "reversible", "confidence", "revisit", "review_on", "inform",
    "links", "source", "ended_at", "ended_by", "ended_because", "superseded_by",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Some entries in the order of their numbers."""

    last: int
    """The number after which the next page begins."""
    files: dict[str, str]
    """Each entry in Markdown, by the name of its file."""
    rows: list[list[Any]]
    """The same as rows of the table, with `COLUMNS`."""


def page(session: Session, house: House, after: int) -> Page | None:
    """The entries that follow number `after`; none at the end."""
    query = select(Decision).where(Decision.workspace_id == house.workspace_id, Decision.number > after)
    entries = session.scalars(query.order_by(Decision.number).limit(AT_ONCE)).all()
    if not entries:
        return None
    channels = _channels(session, house)
    replaced = replaced_by(session, house, entries[0].number, entries[-1].number)
    files, rows = {}, []
    for entry in entries:
        values = _values(session, house, entry, channels, replaced.get(entry.number, []))
        files[f"{entry.ref}.md"] = house.words.render(RECORD, **values) + "\n"
        rows.append(_row(entry, values))
    return Page(entries[-1].number, files, rows)


def _values(
    session: Session, house: House, entry: Decision, channels: dict[str, str], replaced: Sequence[str]
) -> dict[str, Any]:
    called, (sort, area) = People(session, house).called, about(house, entry)
    decision_class = house.definitions.decision_class(entry.class_id)
    in_area = house.definitions.organisation.area(entry.area_id)
    channel = channels.get(entry.inform_channel, entry.inform_channel)
    inform_person = called(entry.inform_person) if entry.inform_person else ""
    return {
        "decision": entry,
        "zone": house.definitions.organisation.zone,
        "sort": sort,
        "area": area,
        "decider": called(entry.decider),
        "raised_by": called(entry.raised_by),
        "recorded_by": called(entry.recorded_by) if entry.recorded_by else "",
        "consulted": [in_words(house, word, in_area) for word in (decision_class.consulted if decision_class else ())],
        "informed": [each for each in (channel, inform_person, entry.inform) if each],
        "ended_by": called(entry.ended_by) if entry.ended_by else "",
        "replaced": replaced,
        "views": [(called(each.person), each.text) for each in opinions_of(session, house, entry) if each.text],
        "door": DOOR_NAMES.get(entry.door, ""),
    }


def _row(entry: Decision, values: dict[str, Any]) -> list[Any]:
    cells = {name: getattr(entry, name, "") for name in COLUMNS} | {
        "id": entry.ref,
        "class": values["sort"],
        "area": values["area"],
        "decider": values["decider"],
        "recorded_by": values["recorded_by"],
        "raised_by": values["raised_by"],
        "reversible": values["door"],
        "inform": ", ".join(values["informed"]),
        "ended_by": values["ended_by"],
        "superseded_by": f"D-{entry.superseded_by}" if entry.superseded_by else "",
    }
    return [cells[name] for name in COLUMNS]


def _channels(session: Session, house: House) -> dict[str, str]:
    query = select(Channel.slack_id, Channel.name).where(Channel.workspace_id == house.workspace_id)
    return {slack_id: f"#{name}" for slack_id, name in session.execute(query)}
