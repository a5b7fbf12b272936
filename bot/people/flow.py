"""What people say of themselves, and who may do what."""

from datetime import date, timedelta
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import record
from bot.errors import UserError
from bot.house import House
from bot.people.model import Absence, People, Person

LONGEST_ABSENCE = timedelta(days=366)


def require_person(session: Session, house: House, slack_id: str) -> Person:
    """The person of the definitions behind a Slack id; a `UserError` when there is none."""
    person = People(session, house).by_slack(slack_id)
    if person is None:
        raise UserError(
            "I do not know you yet. Ask product ops to add you to `organisation.yaml`, "
            "with the e-mail address you use in Slack."
        )
    return person


def require_product_ops(session: Session, house: House, slack_id: str, to_do: str) -> Person:
    """The person, if they have the product-ops role; else a `UserError` that says who does."""
    people = People(session, house)
    person = people.by_slack(slack_id)
    if person is not None and person.is_product_ops:
        return person
    names = " or ".join(someone.name for someone in people.with_role("product_ops")) or "product ops"
    raise UserError(f"Only product ops may {to_do}. Ask {names}.")


def set_away(session: Session, house: House, slack_id: str, first_day: date, last_day: date) -> Absence:
    """Note that someone is away on these days of their own calendar; replaces what these days said before."""
    person = require_person(session, house, slack_id)
    if last_day < first_day:
        raise UserError(f"{last_day:%-d %B} is before {first_day:%-d %B}. Give the last day you are away.")
    if last_day < person.today(house.clock.now()):
        raise UserError(f"{last_day:%-d %B %Y} is over. Give the last day you will be away.")
    if last_day - first_day > LONGEST_ABSENCE:
        raise UserError("That is over a year. Ask product ops to name another owner instead.")
    back(session, house, slack_id, first_day)
    absence = Absence(
        workspace_id=house.workspace_id,
        slack_id=slack_id,
        first_day=first_day,
        last_day=last_day,
        noted_by=slack_id,
        noted_at=house.clock.now(),
    )
    session.add(absence)
    record(
        session,
        house,
        "person.away",
        f"person:{slack_id}",
        actor=slack_id,
        first=str(first_day),
        last=str(last_day),
    )
    return absence


def back(session: Session, house: House, slack_id: str, day: date) -> bool:
    """From `day` on this person is here again; true when an absence was cut short or dropped."""
    absences = session.scalars(
        select(Absence).where(
            Absence.workspace_id == house.workspace_id, Absence.slack_id == slack_id, Absence.last_day >= day
        )
    ).all()
    for absence in absences:
        if absence.first_day >= day:
            session.delete(absence)
        else:
            absence.last_day = day - timedelta(days=1)
    session.flush()
    return bool(absences)


def nearest(word: str, choices: dict[str, str], what: str, see: str) -> str:
    """The key in `choices` (`{id: name}`) that `word` means, by id or name, case and `-`/space blind.

    Raises a `UserError` that offers the nearest names, and `see`: where the full list is.
    """
    wanted = _plain(word)
    for key, name in choices.items():
        if wanted in (_plain(key), _plain(name)):
            return key
    starts = [key for key, name in choices.items() if wanted and _plain(name).startswith(wanted)]
    if len(starts) == 1:
        return starts[0]
    texts = [(_plain(text), key) for key, name in choices.items() for text in (key, name)]
    # Whole names before their words, which a shortened or mistyped name is nearer to.
    by_plain = {word: key for text, key in reversed(texts) for word in text.split()} | dict(texts)
    close = dict.fromkeys(by_plain[match] for match in get_close_matches(wanted, by_plain, n=3, cutoff=0.5))
    offer = f" Did you mean {' or '.join(f'`{key}`' for key in close)}?" if close else ""
    raise UserError(f"I know no {what} called “{word[:80]}”.{offer} {see}")


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())
