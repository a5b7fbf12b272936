"""Whose an artifact is: one person of each issue, and words where it depends on which one it is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.decisions.model import Decision
from bot.definitions.artifacts import DECIDER, Artifact
from bot.definitions.decisions import SEVERAL
from bot.definitions.releases import RELEASE_OWNER
from bot.house import House
from bot.people import deciding
from bot.people.model import People, Person
from bot.releases import model as releases

ARTIFACTS = "artifacts/artifacts.txt.j2"


def owners(session: Session, house: House, artifact: Artifact, ref: str = "") -> list[Person]:
    """Who answers for it; of what decisions and releases leave, for one of them (`ref`), and nobody without."""
    people, (_sort, _, which) = People(session, house), ref.partition(":")
    if artifact.owner == DECIDER:
        decision = _decision(session, house, which)
        found = people.by_slack(decision.decider) if decision else None
        return [found] if found else []
    if artifact.owner == RELEASE_OWNER:
        release = releases.seen(session, house, which) if which else None
        found = people.by_ref(release.owner) if release else None
        return [found] if found else []
    return deciding.meant(session, house, artifact.owner, None)


def in_words(session: Session, house: House, artifact: Artifact) -> str:
    """`Sam`, `the lead of Support`, `whoever decides`."""
    if artifact.owner in (DECIDER, RELEASE_OWNER):
        return house.words.part(ARTIFACTS, artifact.owner.replace("-", "_"))
    names = [person.name for person in deciding.meant(session, house, artifact.owner, None)]
    return ", ".join(names) or deciding.in_words(house, artifact.owner)


def readers(house: House, artifact: Artifact) -> list[str]:
    """For whom it is: names of functions, roles and people, and words as they stand."""
    organisation = house.definitions.organisation
    found = []
    for word in artifact.audience:
        function, person = organisation.function(word), organisation.person(word)
        if function:
            found.append(function.name)
        elif person or word in SEVERAL:
            found.append(deciding.in_words(house, word))
        else:
            found.append(word)
    return found


def _decision(session: Session, house: House, ref: str) -> Decision | None:
    query = select(Decision).where(Decision.workspace_id == house.workspace_id)
    number = ref.removeprefix("D-")
    return session.scalar(query.where(Decision.number == int(number))) if number.isdecimal() else None
