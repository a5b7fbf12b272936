"""Defects that were found once a release was live, and which readiness item should have caught each."""

from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions import ReadinessItem
from bot.errors import FieldErrors, UserError
from bot.house import House
from bot.lookback import checklist, messages, model, reporting
from bot.lookback.model import SEVERITIES, Escape
from bot.people.flow import require_person
from bot.people.model import People
from bot.releases import card, happenings, standing, thread
from bot.releases import model as releases
from bot.releases.model import Release

NONE = "none"
"""Chosen when no item could have caught it."""
LIMIT = 300


def reportable(session: Session, house: House, slack_id: str, release_id: str) -> tuple[Release, list[ReadinessItem]]:
    """A release that was live, held, with the items it was asked for; anybody may report what they found."""
    require_person(session, house, slack_id)
    release = releases.get(session, house, release_id)
    if happenings.WENT_LIVE not in happenings.latest(session, house, [release.id])[release.id]:
        raise UserError(f"{release.name} is not live yet, so nothing can have escaped.")
    rules, tier = standing.rules_of(house), standing.tier(house, release)
    begun = model.look_back(session, house, release.id)
    asked = begun.items.keys() if begun is not None else set()
    return release, [
        item for item in rules.items if str(item.id) in asked or (not asked and item.levels.of(tier) != "hidden")
    ]


def report(
    session: Session, house: House, slack_id: str, release_id: str, what: str, severity: str, item_id: str
) -> Release:
    """Keep an escape; `item_id` is `NONE` when no item could have caught it."""
    release, items = reportable(session, house, slack_id, release_id)
    what = what.strip()
    item = next((each for each in items if str(each.id) == item_id), None)
    wrong = {}
    if not what or len(what) > LIMIT:
        wrong["what"] = f"Keep this under {LIMIT} characters." if what else "Say what was found."
    if severity not in SEVERITIES:
        wrong["severity"] = "Pick how bad it is."
    if item is None and item_id != NONE:
        wrong["item"] = "Pick the item that should have caught it, or none."
    if wrong:
        raise FieldErrors(wrong)
    escape = Escape(
        workspace_id=house.workspace_id,
        release_id=release.id,
        what=what,
        severity=severity,
        item_id=item.id if item else None,
        reported_by=slack_id,
        reported_at=house.clock.now(),
    )
    session.add(escape)
    session.flush()
    record(session, house, "release.escaped", f"release:{release.id}", actor=slack_id, severity=severity, item=item_id)
    title = f"{item.id} {item.title}" if item else ""
    line = messages.escape_line(house, escape, title, People(session, house).called(slack_id))
    thread.say(session, house, release, line, f"escape-{escape.id}")
    card.show(session, house, release, slack_id)
    reporting.keep(session, house, release)
    checklist.tell(session, house)
    return release
