"""The poll: everybody whom a release affects is asked once whether they knew of it. Only counts are ever shown."""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from bot.db import insert_or_ignore
from bot.definitions.lookback import KNEW
from bot.errors import UserError
from bot.house import House, Part
from bot.lookback import messages, model
from bot.lookback.facts import FEWEST, Counts
from bot.lookback.model import Awareness
from bot.people.model import People
from bot.prompts import flow as prompts
from bot.releases import card, standing
from bot.releases import model as releases
from bot.releases.audience import functions_in, functions_named
from bot.releases.model import Release

PROMPT = "awareness"
"""The kind of prompt that asks it; its ref is the release's id, `:`, and the person's Slack id."""


def affected(house: House, release: Release) -> list[str]:
    """The ids of the functions that a release names as those who need to know; else of those that sign it off."""
    rules, tier = standing.rules_of(house), standing.tier(house, release)
    # Releases of before functions were ticked name them in their answer alone.
    named = functions_named(rules, release) or functions_in(house.definitions.organisation, release.audience)
    return list(named) or [each.function for each in rules.sign_offs if tier in each.tiers]


def ask(session: Session, house: House, release: Release) -> None:
    """Ask everybody in the affected functions but the release's owner."""
    for slack_id, function in sorted(asked(session, house, release).items()):
        key = {"workspace_id": house.workspace_id, "release_id": release.id, "person": slack_id}
        if insert_or_ignore(session, Awareness, **key, function=function, answer=""):
            ref = f"{release.id}:{slack_id}"
            prompts.ask(session, house, slack_id, _key(release, slack_id), PROMPT, ref, at=house.clock.now())


def asked(session: Session, house: House, release: Release) -> dict[str, str]:
    """Who is asked, by Slack id, and for which function; nobody any more once the report is out."""
    begun, people = model.look_back(session, house, release.id), People(session, house)
    if begun is None or begun.report_id is not None:
        return {}
    return {
        person.slack_id: definition.function
        for definition in house.definitions.organisation.people
        if definition.function in begun.functions and definition.ref != release.owner
        if (person := people.by_ref(definition.ref)) is not None
    }


def answer(session: Session, house: House, slack_id: str, release_id: str, said: str) -> Release:
    """Keep what somebody who was asked says; until the report."""
    release = releases.get(session, house, release_id)
    row = _of(model.awareness(session, house, release.id), slack_id)
    begun = model.look_back(session, house, release.id)
    if row is None or said not in KNEW or begun is None or begun.report_id is not None:
        raise UserError(f"You are not asked about {release.name}, or not any more.")
    row.answer = said
    session.flush()
    prompts.changed(session, house, _key(release, slack_id))
    card.show(session, house, release, None)
    return release


def ended(session: Session, house: House, release: Release) -> None:
    """Ask no more: the report is out."""
    for person in sorted(each.person for each in model.awareness(session, house, release.id) if not each.answer):
        prompts.withdraw(session, house, _key(release, person))


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How the question looks now to one person."""
    release_id, _, slack_id = ref.partition(":")
    release, rules = releases.seen(session, house, release_id), house.definitions.releases
    if release is None or rules is None or rules.awareness is None:
        return None
    row = _of(model.awareness(session, house, release.id), slack_id)
    return messages.awareness_part(house, release, rules.awareness, row.answer) if row is not None else None


def counts(rows: Sequence[Awareness]) -> tuple[Counts, list[Counts]]:
    """What everybody answered together, and by function; of functions, those with answers enough to be shown."""
    functions = sorted({row.function for row in rows})
    by_function = [_count(function, [row for row in rows if row.function == function]) for function in functions]
    shown = [each for each in by_function if each.answered >= FEWEST]
    hidden = sum(each.answered for each in by_function) - sum(each.answered for each in shown)
    # A few that are left out would show by what is missing to the sum.
    return _count("", rows), [] if 0 < hidden < FEWEST else shown


def _count(function: str, rows: Collection[Awareness]) -> Counts:
    said = Counter(row.answer for row in rows)
    return Counts(function, len(rows), *(said[answer] for answer in KNEW))


def _of(rows: Sequence[Awareness], slack_id: str) -> Awareness | None:
    return next((row for row in rows if row.person == slack_id), None)


def _key(release: Release, slack_id: str) -> str:
    return f"{PROMPT}:{release.id}:{slack_id}"
