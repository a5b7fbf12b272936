"""The number that a release is to move: said before it is live, and measured against afterwards."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.audit import record
from bot.db import insert_or_ignore, swap
from bot.errors import Changed, FieldErrors, UserError
from bot.house import House
from bot.lookback import messages, model, reporting
from bot.lookback.model import Aim
from bot.people.flow import require_person
from bot.people.model import People
from bot.releases import card
from bot.releases import model as releases
from bot.releases.model import CANCELLED, Release

LIMITS = {"metric": 120, "baseline": 60, "target": 60}


@dataclass(frozen=True)
class Said:
    """As typed; `until` is an ISO date."""

    metric: str
    baseline: str
    target: str
    until: str


def settable(session: Session, house: House, slack_id: str, release_id: str) -> tuple[Release, Aim | None]:
    """A release, held, and its aim so far, if this person may still set it: its owner or product ops."""
    release, person = releases.get(session, house, release_id), require_person(session, house, slack_id)
    if person.ref != release.owner and not person.is_product_ops:
        owner = People(session, house).named(release.owner)
        raise UserError(f"What {release.name} is to move is said by its owner, {owner}.")
    aim, begun = model.aim(session, house, release.id), model.look_back(session, house, release.id)
    if release.state == CANCELLED:
        raise UserError(f"{release.name} is cancelled.")
    if begun is not None and aim is not None:
        raise UserError(f"{release.name} is live, and is measured against what was said before: it stays.")
    return release, aim


def set_(session: Session, house: House, slack_id: str, release_id: str, version: int, said: Said) -> Release:
    """Keep it. `Changed` when `version` (0: none yet) is not current."""
    release, aim = settable(session, house, slack_id, release_id)
    values = {name: getattr(said, name).strip() for name in LIMITS}
    wrong = {name: "Write this down, a few words will do." for name, text in values.items() if not text}
    wrong |= {name: f"Keep this under {most} characters." for name, most in LIMITS.items() if len(values[name]) > most}
    until = _day(said.until)
    if until is None or until < release.target:
        wrong["until"] = "Pick the day by which it should be there, after the release."
    if wrong:
        raise FieldErrors(wrong)
    after = model.look_back(session, house, release.id) is not None
    row = {**values, "until": until, "set_by": slack_id, "set_at": house.clock.now(), "afterwards": after}
    key = {"workspace_id": house.workspace_id, "release_id": release.id}
    is_kept = (
        insert_or_ignore(session, Aim, **key, **row, version=1)
        if aim is None and version == 0
        else aim is not None and swap(session, Aim, aim.id, version, **row)
    )
    if not is_kept:
        raise Changed(messages.aim_changed(house, release))
    if aim is not None:
        session.refresh(aim)
    record(session, house, "release.aimed", f"release:{release.id}", actor=slack_id, **values, until=said.until)
    card.show(session, house, release, slack_id)
    reporting.keep(session, house, release)
    return release


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
