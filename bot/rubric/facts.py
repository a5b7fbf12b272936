"""What the records and the definitions say of the operating system, as far as it holds scores down."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy.orm import Session

from bot import versions
from bot.definitions import load_texts
from bot.house import House
from bot.people.model import People
from bot.rubric.caps import Facts


def facts(session: Session, house: House, changelog_age: int | None) -> Facts:
    """As of now; `changelog_age` is in days, none when nothing was ever told."""
    people, charter = People(session, house), house.definitions.charter
    interfaces = charter.interfaces if charter else ()
    has_owners = [
        len(each.sides) > 1 and all(people.by_ref(side.owner) or _is_post(house, side.owner) for side in each.sides)
        for each in interfaces
    ]
    return Facts(
        open=_open(session, house),
        measured={each.id: each.current for each in (house.links.measured or _none)(session, house)},
        rituals=sum(each.is_core for each in house.definitions.calendar.rituals),
        interfaces=len(interfaces),
        unowned=has_owners.count(False),
        changelog_age=changelog_age,
    )


def _open(session: Session, house: House) -> frozenset[str]:
    """The checks that find something in the records or the definitions; a file that is not there lacks everything.

    What is waived counts all the same: product ops alone would raise the score of its own work by it (R58).
    """
    found = {each.rule for look in house.links.findings for each in look(session, house)}
    if house.version:
        found |= _of_definitions(tuple(versions.get(session, house.workspace_id, house.version).files.items()))
    definitions = house.definitions
    absent = {
        "CH01": definitions.charter,
        "OM01": definitions.decisions,
        "IN03": definitions.insights,
        "IM02": definitions.measures,
        "IM05": definitions.pilot,
    }
    return frozenset(found | {rule for rule, file in absent.items() if file is None})


# Kept, since reading them takes longer than Slack should wait for a form.
@lru_cache(maxsize=4)
def _of_definitions(files: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The checks that find something in these files."""
    loaded = load_texts(dict(files), "")
    return frozenset(each.rule for each in (*loaded.problems, *loaded.notes))


def _is_post(house: House, word: str | None) -> bool:
    """Whether a word names a function, or a role that somebody holds, in place of a person."""
    organisation = house.definitions.organisation
    is_held = any(word in each.roles for each in organisation.people)
    return word is not None and (organisation.function(word) is not None or is_held)


def _none(_session: Session, _house: House) -> tuple[()]:
    return ()
