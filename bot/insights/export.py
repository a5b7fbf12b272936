"""Insights as a file: a table, or data for programs. What is restricted is left out unless it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.house import House
from bot.insights.messages import bringer
from bot.insights.model import Insight, Submission
from bot.insights.rights import is_for_readers, rules_of
from bot.people.model import People

AT_ONCE = 500
"""Insights read in one transaction, so that whoever else writes need not wait for all of them."""
COLUMNS = (
    "id", "state", "captured_at", "restricted", "what", "area", "also_area", "theme", "also_themes", "segment",
    "severity", "evidence", "cause", "source", "proof", "release", "times", "accounts", "submitters", "triaged_at",
    "triaged_by", "route", "owner", "due_at", "acknowledged_at", "disposition", "reason", "forward", "link",
    "researcher", "answer_by", "linked_release", "decided_at", "decided_by", "closed_at", "merged_into",
)  # fmt: skip
"""What has the name of a column of the import is written as that takes it."""


@dataclass(frozen=True)
class Page:
    """Some insights in the order of their numbers."""

    last: int
    """The number after which the next page begins."""
    entries: list[dict[str, Any]]
    """By `COLUMNS`; moments and days as ISO text, and `submissions` beside them."""


def page(session: Session, house: House, after: int, *, restricted: bool = False) -> Page | None:
    """The insights that follow number `after`; none at the end."""
    rules_of(house)
    query = select(Insight).where(Insight.workspace_id == house.workspace_id, Insight.number > after)
    if not restricted:
        query = query.where(Insight.restricted.is_(False))
    found = session.scalars(query.order_by(Insight.number).limit(AT_ONCE)).all()
    if not found:
        return None
    people, brought = People(session, house), _brought(session, house, [each.id for each in found])
    numbers = _numbers(session, house, [each.merged_into for each in found if each.merged_into])
    releases = _releases(session, house, found)
    shown = found if restricted else [each for each in found if not is_for_readers(session, house, each)]
    return Page(
        found[-1].number,
        [_entry(people, each, brought.get(each.id, []), numbers, releases) for each in shown],
    )


def row(entry: dict[str, Any]) -> list[Any]:
    """An insight as a line of the table, with `COLUMNS`."""
    return [_cell(entry[name]) for name in COLUMNS]


def _entry(
    people: People,
    insight: Insight,
    brought: Sequence[Submission],
    numbers: dict[int, int],
    releases: dict[int, str],
) -> dict[str, Any]:
    def called(slack_id: str | None) -> str:
        return people.called(slack_id) if slack_id else ""

    known = {name: getattr(insight, name, getattr(insight, f"{name}_id", "")) for name in COLUMNS}
    entry = known | {
        "id": insight.ref,
        "release": releases.get(insight.release_id or 0, ""),
        "linked_release": releases.get(insight.linked_release or 0, ""),
        "times": len(brought),
        "accounts": sum(each.accounts for each in brought),
        "submitters": list(dict.fromkeys(bringer(each, people.called) for each in brought)),
        "triaged_by": called(insight.triaged_by),
        "owner": called(insight.owner),
        "researcher": called(insight.researcher),
        "decided_by": called(insight.decided_by),
        "merged_into": f"I-{numbers[insight.merged_into]}" if insight.merged_into in numbers else "",
        "submissions": [
            {
                "at": each.at, "by": bringer(each, people.called), "what": each.what, "accounts": each.accounts,
                "revenue": each.revenue, "link": each.permalink,
            }
            for each in brought
        ],
    }  # fmt: skip
    return {name: _plain(value) for name, value in entry.items()}


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return "" if value is None else value


def _cell(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _brought(session: Session, house: House, ids: Sequence[int]) -> dict[int, list[Submission]]:
    query = select(Submission).where(Submission.workspace_id == house.workspace_id, Submission.insight_id.in_(ids))
    found: dict[int, list[Submission]] = {}
    for each in session.scalars(query.order_by(Submission.id)):
        found.setdefault(each.insight_id, []).append(each)
    return found


def _numbers(session: Session, house: House, ids: Sequence[int]) -> dict[int, int]:
    query = select(Insight.id, Insight.number).where(Insight.workspace_id == house.workspace_id, Insight.id.in_(ids))
    return {id: number for id, number in session.execute(query)}


def _releases(session: Session, house: House, found: Sequence[Insight]) -> dict[int, str]:
    """The names of the releases that these are about, or come with."""
    ids = {id for each in found for id in (each.release_id, each.linked_release) if id}
    if not ids or house.links.releases is None:
        return {}
    return {each.id: each.name for each in house.links.releases(session, house, ids)}
