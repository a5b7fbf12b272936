"""What the pack says of artifacts: whose each is, for whom, how fresh it is, and when it is done."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.artifacts import freshness, model, owners
from bot.definitions import Artifact
from bot.house import House
from bot.pack_parts import Part
from bot.pack_words import Say, rhythm


def parts(session: Session, house: House) -> Sequence[Part]:
    artifacts = house.definitions.artifacts.artifacts if house.definitions.artifacts else ()
    if not artifacts:
        return []
    say = Say(house)
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
        artifact.name,
        owners.in_words(session, house, artifact),
        owners.readers(house, artifact),
        Say(house).text("how_often", days=artifact.cadence, rhythm=rhythm(ritual) if ritual else ""),
        Say(house).text(
            "freshness",
            how=freshness.of(session, house, artifact, issue),
            day=issue.at.astimezone(zone).date() if issue else None,
        ),
    )
