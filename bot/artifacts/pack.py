"""What the pack says of artifacts: whose each is, for whom, how fresh it is, and when it is done."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.artifacts import freshness, model, owners
from bot.artifacts.facts import STALE
from bot.artifacts.model import ArtifactIssue
from bot.definitions import Artifact, Ritual, labelled
from bot.house import House
from bot.pack_parts import Cell, Part
from bot.pack_words import Say, differing_first, rhythm
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, Occurrence

WORDS = "artifacts/pack.txt.j2"
DRIFT_DAYS = timedelta(days=90)


def parts(session: Session, house: House) -> Sequence[Part]:
    artifacts = house.definitions.artifacts.artifacts if house.definitions.artifacts else ()
    if not artifacts:
        return []
    say = Say(house, WORDS)
    filled = [each.name for each in artifacts if each.filled_by_people]
    done = [
        (each.name, [say.text("sentence", says=sentence.says, test=sentence.test or "") for sentence in each.done])
        for each in artifacts
    ]
    return [
        Part(
            say.text("artifacts_title"),
            says=[say.text("artifacts", filled=filled)],
            tables=[say.table("artifacts_table", [_row(session, house, each) for each in artifacts])],
        ),
        Part(
            say.text("done_title"),
            says=say.lines("done"),
            tables=[
                say.table("done_table", done),
                say.table("holds_table", [(each.name, each.sections) for each in artifacts]),
            ],
        ),
    ]


def _row(session: Session, house: House, artifact: Artifact) -> Sequence[str | Sequence[str]]:
    issue = next(iter(model.last_issues(session, house, artifact.id, limit=1)), None)
    ritual = house.definitions.calendar.ritual(artifact.ritual or "")
    zone = house.definitions.organisation.zone
    return (
        labelled(house.definitions, artifact.name, f"artifacts.artifacts.{artifact.id}"),
        owners.in_words(session, house, artifact),
        owners.readers(house, artifact),
        Say(house, WORDS).text("how_often", days=artifact.cadence, rhythm=rhythm(ritual) if ritual else ""),
        Say(house, WORDS).text(
            "freshness",
            how=freshness.of(session, house, artifact, issue),
            day=issue.at.astimezone(zone).date() if issue else None,
        ),
    )


def drift(session: Session, house: House) -> Sequence[Part]:
    """Each artifact: how often it was due and came out in the last days, and whether it was done then."""
    library, say = house.definitions.artifacts, Say(house, WORDS)
    if library is None:
        return []
    issued: dict[str, list[ArtifactIssue]] = {}
    now, zone = house.clock.now(), house.definitions.organisation.zone
    since = now - DRIFT_DAYS
    for issue in model.issued_since(session, house, since):
        issued.setdefault(issue.artifact_id, []).append(issue)
    first_of = model.first_issued(session, house)
    rows: list[tuple[bool, Sequence[Cell]]] = []
    for artifact in library.artifacts:
        mine = issued.get(artifact.id, [])
        unfinished = sum(bool(each.failed) for each in mine)
        ritual = house.definitions.calendar.ritual(artifact.ritual or "")
        began = max(since, first_of[artifact.id]) if artifact.id in first_of else None
        due = _held(session, house, ritual, began.astimezone(zone).date()) if ritual and began else None
        missing = max(0, (due or 0) - len(mine))
        last = next(iter(model.last_issues(session, house, artifact.id, limit=1)), None)
        stale = freshness.of(session, house, artifact, last) == STALE
        facts = {"due": due or 0, "issued": len(mine), "unfinished": unfinished, "missing": missing, "stale": stale}
        due_says = say.text("as_it_comes") if due is None else str(due)
        row = (artifact.name, due_says, str(len(mine)), str(unfinished), say.text("drift_verdict", **facts))
        rows.append((bool(missing or unfinished or stale), row))
    return [Part(say.text("drift_title"), tables=[differing_first(say, "drift", rows)])]


def _held(session: Session, house: House, ritual: Ritual, first: date) -> int:
    """How many occurrences of a ritual were to leave something since a day and have ended, skipped ones apart."""
    query = select(func.count()).where(
        Occurrence.workspace_id == house.workspace_id,
        Occurrence.ritual_id == ritual.id,
        Occurrence.day >= first,
        Occurrence.state.in_((CLOSED, CLOSED_WITHOUT_OUTPUT)),
    )
    return session.scalar(query) or 0
