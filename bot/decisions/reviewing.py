"""A decision is looked at again on its review date: it stands, is reversed, or gives way to another one."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.audit import record
from bot.decisions import messages, model
from bot.decisions.entry import TOO_FAR, is_too_far
from bot.decisions.model import DECIDED, Decision
from bot.decisions.rights import line
from bot.errors import FieldErrors, UserError
from bot.house import House, Part
from bot.people.flow import require_person
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.rituals.schedule import to_utc

PROMPT = "decision-review"
"""The kind of prompt that asks to look at a decision again."""
REMINDER = 5
"""Working days after which somebody is reminded."""


def plan(session: Session, house: House, decision: Decision) -> None:
    """Have its decider asked on the review date; whoever is next in line, if they have left by now."""
    asked = next(iter(line(session, house, decision)), None)
    if asked is None or decision.review_on is None or decision.state != DECIDED:
        return
    organisation = house.definitions.organisation
    begins, reminder = organisation.working_hours.start, organisation.work_days(asked.holidays)
    prompts.ask(
        session,
        house,
        asked.slack_id,
        _key(decision, decision.review_on, asked.slack_id),
        PROMPT,
        f"{decision.ref}:{decision.review_on}",
        at=to_utc(datetime.combine(decision.review_on, begins), asked.zone),
        remind_at=to_utc(datetime.combine(reminder.nth(decision.review_on, REMINDER), begins), asked.zone),
    )


def keep(session: Session, house: House, slack_id: str, decision: Decision, review_on: date | None, seen: str) -> None:
    """It stands until `review_on`. `seen` is the review date (ISO) that the person was shown."""
    person, before = require_person(session, house, slack_id), decision.review_on
    if review_on is None or review_on <= person.today(house.clock.now()):
        raise FieldErrors({"review_on": "Pick a day after today on which to look at this again."})
    if is_too_far(review_on, person.today(house.clock.now())):
        raise FieldErrors({"review_on": TOO_FAR})
    if before == review_on:
        # The same form, once more.
        return
    if str(before) != seen or not model.change(
        session, house, decision, (Decision.review_on == before) & (Decision.state == DECIDED), review_on=review_on
    ):
        raise UserError(f"Somebody was quicker: {decision.ref} was just reviewed. `/decision {decision.ref}` shows it.")
    record(session, house, "decision.reviewed", f"decision:{decision.ref}", actor=slack_id, review_on=str(review_on))
    ended(session, house, decision, before)
    plan(session, house, decision)


def ended(session: Session, house: House, decision: Decision, review_on: date | None) -> None:
    """The review of that day is done, or not needed any more."""
    if review_on is not None:
        for person in [decision.decider, *(each.slack_id for each in line(session, house, decision))]:
            prompts.changed(session, house, _key(decision, review_on, person))


def on_away(session: Session, house: House, slack_id: str) -> None:
    """Somebody has left Slack whom a review waits for: the next one in line is asked."""
    if People(session, house).by_slack(slack_id) is not None:
        return
    for ref in prompts.asked_of(session, house, slack_id, PROMPT):
        plan(session, house, model.get(session, house, ref.partition(":")[0]))


def prompt_part(session: Session, house: House, ref: str) -> Part:
    """How one review looks now; `ref` is `D-42:` with the review date."""
    entry, _, day = ref.partition(":")
    decision = model.get(session, house, entry)
    waits = decision.state == DECIDED and str(decision.review_on) == day
    return messages.review_due(house, decision, People(session, house).called, waits=waits)


def _key(decision: Decision, review_on: date, slack_id: str) -> str:
    return f"{PROMPT}:{decision.id}:{review_on}:{slack_id}"
