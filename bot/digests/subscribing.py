"""Who has a digest: those its audience names, unless they left it, and everybody who joined."""

from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions import Ritual
from bot.digests import model
from bot.errors import UserError
from bot.house import House
from bot.people.flow import nearest, require_person
from bot.people.model import People, Person
from bot.prompts import flow as prompts


def all_of(house: House) -> list[Ritual]:
    return [ritual for ritual in house.definitions.calendar.rituals if ritual.is_digest]


def named(house: House, words: str) -> Ritual:
    """The digest somebody means, by whom it is for, its id or its name; a `UserError` that offers the nearest."""
    found = all_of(house)
    if not found:
        raise UserError("There are no digests here. Product ops can add rituals of the kind `digest`.")
    wanted = words.strip().lower()
    worded = [each for each in found if each.readers == wanted]
    if len(worded) == 1:
        return worded[0]
    id = nearest(words, {each.id: each.name for each in found}, "digest", "`/cadence digests` lists all of them.")
    return next(each for each in found if each.id == id)


def subscribers(session: Session, house: House, ritual: Ritual) -> list[Person]:
    """Everybody who is to have the next issue, less who has left Slack."""
    people, chosen = People(session, house), model.choices(session, house, ritual.id)
    audience = {person.slack_id for person in people.members(ritual.audience)}
    everybody = sorted(people.everybody(), key=lambda person: person.slack_id)
    return [each for each in everybody if chosen.get(each.slack_id, each.slack_id in audience)]


def choose(session: Session, house: House, slack_id: str, words: str, *, wanted: bool) -> Ritual:
    """Have a digest from its next issue on, or no more."""
    require_person(session, house, slack_id)
    ritual = named(house, words)
    model.choose(session, house, ritual.id, slack_id, wanted=wanted)
    record(session, house, "digest.chosen", f"ritual:{ritual.id}", actor=slack_id, wanted=wanted)
    issue = None if wanted else model.last(session, house, ritual.id)
    if issue is not None:
        withdraw(session, house, issue, {slack_id})
    return ritual


def withdraw(session: Session, house: House, issue: model.Issue, people: set[str] | None = None) -> None:
    """Take an issue back from those who were not told of it yet: these people (Slack ids), or all."""
    for key, person in prompts.unsaid(session, house, f"digest:{issue.id}:").items():
        if people is None or person in people:
            prompts.withdraw(session, house, key)
