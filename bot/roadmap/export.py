"""The roadmap as a file: a table of the items as they stand, or all of them with every change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.house import House
from bot.people.model import People
from bot.roadmap import standing
from bot.roadmap.model import RoadmapChange, RoadmapItem

COLUMNS = (
    "id", "area", "name", "purpose", "place", "confidence", "functions", "release", "why", "changed_at", "changed_by",
)  # fmt: skip


def everything(session: Session, house: House) -> list[dict[str, Any]]:
    """Each item with its `COLUMNS` and all its `changes`, the oldest first; also what was dropped."""
    items = session.scalars(
        select(RoadmapItem).where(RoadmapItem.workspace_id == house.workspace_id).order_by(RoadmapItem.number)
    ).all()
    changes: dict[int, list[RoadmapChange]] = {item.id: [] for item in items}
    query = select(RoadmapChange).where(RoadmapChange.workspace_id == house.workspace_id)
    for change in session.scalars(query.order_by(RoadmapChange.id)):
        changes[change.item_id].append(change)
    releases = standing.releases(session, house, {item.release_id for item in items if item.release_id is not None})
    called = People(session, house).called
    found = []
    for item in items:
        release, history = releases.get(item.release_id or 0), [_said(change, called) for change in changes[item.id]]
        last = history[-1]
        found.append(
            {
                "id": item.ref, "area": item.area_id, "name": item.name, "purpose": item.purpose, "place": item.place,
                "confidence": item.confidence, "functions": item.functions, "release": release.name if release else "",
                "why": last["why"], "changed_at": last["at"], "changed_by": last["by"], "changes": history,
            }
        )  # fmt: skip
    return found


def rows(found: Iterable[Mapping[str, Any]]) -> list[Sequence[str]]:
    """The same as rows of a table, with `COLUMNS`."""
    return [[", ".join(v) if isinstance(v := item[name], list) else v for name in COLUMNS] for item in found]


def _said(change: RoadmapChange, called: Any) -> dict[str, Any]:
    return {
        "at": change.at.isoformat(), "by": called(change.by) if change.by else "", "what": change.kind,
        "from": change.before, "to": change.after, "confidence_from": change.confidence_before,
        "confidence_to": change.confidence_after, "purpose": change.purpose, "why": change.why,
        "functions": change.functions, "people": change.people, "depends_on": change.depends_on,
        "evidence": change.evidence, "decision": change.decision,
    }  # fmt: skip
