"""What the checks find in the artifact library: what is stale, and what nobody reads."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from bot.artifacts import freshness, model, owners, reading
from bot.artifacts.facts import STALE
from bot.definitions import Artifact
from bot.findings import finding
from bot.house import Finding, House


def findings(session: Session, house: House) -> Iterator[Finding]:
    library = house.definitions.artifacts
    artifacts = library.artifacts if library else ()
    last = model.latest(session, house, [each.id for each in artifacts])
    for artifact in artifacts:
        issue = last.get(artifact.id)
        if issue is not None and freshness.of(session, house, artifact, issue) == STALE:
            length = freshness.cadence(session, house, artifact, issue)
            facts: dict[str, Any] = {"name": artifact.name, "days": (house.clock.now() - issue.at).days}
            due = length.days if length else 0
            owner = _owner(session, house, artifact, issue.ref)
            yield finding(house, "AR02", f"artifact:{artifact.id}", owner, due=due, **facts)
    for id, since in reading.unread(session, house, artifacts).items():
        artifact = next(each for each in artifacts if each.id == id)
        owner = _owner(session, house, artifact)
        yield finding(house, "AR05", f"artifact:{id}", owner, name=artifact.name, since=since)


def _owner(session: Session, house: House, artifact: Artifact, ref: str = "") -> str | None:
    found = owners.owners(session, house, artifact, ref)
    return found[0].slack_id if found else None
