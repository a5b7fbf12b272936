"""The artifact library as one reader sees it: each artifact with its owner, its readers, and how fresh it is."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.artifacts import freshness, model, owners, reading
from bot.artifacts.facts import Issued, Stands
from bot.artifacts.model import LAST, ArtifactIssue
from bot.definitions import Artifact
from bot.delivery import outbox
from bot.delivery.outbox import Fate
from bot.errors import UserError
from bot.house import House
from bot.people.flow import nearest, require_person
from bot.people.model import People, Person
from bot.pointing import Spot
from bot.releases import model as releases
from bot.reviews import yields
from bot.rituals.standing import pause_today

NOT_KEPT = "There is no artifact library yet. Product ops writes it in `artifacts.yaml`."


def look(session: Session, house: House, slack_id: str) -> list[Stands]:
    """All artifacts, in the order of the definitions."""
    person, artifacts = require_person(session, house, slack_id), _artifacts(house)
    mine = [each for each in artifacts if _may_retire(session, house, person, each)]
    unread = reading.unread(session, house, mine) if mine else {}
    return [_stands(session, house, each, unread.get(each.id), limit=1) for each in artifacts]


def open_one(session: Session, house: House, slack_id: str, words: str) -> Stands:
    """The one that somebody names, by id or name, with its last issues: that counts as opened."""
    person, artifacts = require_person(session, house, slack_id), _artifacts(house)
    if not artifacts:
        raise UserError(NOT_KEPT)
    names = {each.id: each.name for each in artifacts}
    id = nearest(words, names, "artifact", "`/cadence artifacts` lists them all.")
    artifact = next(each for each in artifacts if each.id == id)
    mine = [artifact] if _may_retire(session, house, person, artifact) else []
    # Looked at before it counts that they look.
    unread = reading.unread(session, house, mine) if mine else {}
    model.opened(session, house, id)
    return _stands(session, house, artifact, unread.get(id), limit=LAST)


def opened(session: Session, house: House, slack_id: str, artifact_id: str) -> None:
    """Somebody has followed the link to it; what the library no longer has is not counted."""
    require_person(session, house, slack_id)
    if any(each.id == artifact_id for each in _artifacts(house)):
        model.opened(session, house, artifact_id)


def shown(session: Session, house: House, slack_id: str, made_by: str) -> None:
    """Somebody has asked the command that shows what a ritual or an event makes."""
    library = house.definitions.artifacts
    artifact = library.made_by(made_by) if library else None
    if artifact is not None and People(session, house).by_slack(slack_id) is not None:
        model.opened(session, house, artifact.id)


def _artifacts(house: House) -> Sequence[Artifact]:
    library = house.definitions.artifacts
    return library.artifacts if library else ()


def _may_retire(session: Session, house: House, person: Person, artifact: Artifact) -> bool:
    return person.is_product_ops or person in owners.owners(session, house, artifact)


def _stands(session: Session, house: House, artifact: Artifact, unread_since: date | None, *, limit: int) -> Stands:
    ritual = house.definitions.calendar.ritual(artifact.ritual) if artifact.ritual else None
    found = yields.of(session, house, ritual.id) if ritual else None
    issues = model.last_issues(session, house, artifact.id, limit=limit)
    fates = outbox.fates(session, house, [each.message_id for each in issues if each.message_id is not None])
    return Stands(
        artifact=artifact,
        freshness=freshness.of(session, house, artifact, issues[0] if issues else None),
        owner=owners.in_words(session, house, artifact),
        readers=owners.readers(house, artifact),
        ritual=ritual,
        paused=ritual is not None and pause_today(session, house, ritual) is not None,
        held=found.held if found else 0,
        left=found.left if found else 0,
        issues=[_issued(session, house, each, fates) for each in issues],
        unread_since=unread_since,
    )


def _issued(session: Session, house: House, issue: ArtifactIssue, fates: Mapping[int, Fate]) -> Issued:
    fate = fates.get(issue.message_id) if issue.message_id is not None else None
    posted = fate.posted if fate else None
    return Issued(
        at=issue.at,
        failed=issue.failed,
        done=frozenset(test for test, names in issue.done.items() if not names),
        which=_which(session, house, issue.ref),
        spot=Spot(posted.channel, posted.ts) if posted else None,
        link=issue.link,
    )


def _which(session: Session, house: House, ref: str) -> str:
    sort, _, id = ref.partition(":")
    if sort == "decision":
        return id
    release = releases.seen(session, house, id) if sort == "release" else None
    return release.name if release else ""
