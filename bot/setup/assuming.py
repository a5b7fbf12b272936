"""What the definitions take for true until somebody confirms it: its owner is asked on its day."""

from collections.abc import Iterable
from datetime import datetime, time

from sqlalchemy.orm import Session

from bot import blocks, versions
from bot.audit import record
from bot.blocks import Message
from bot.definitions import Assumption
from bot.definitions.working_time import to_utc
from bot.errors import UserError
from bot.house import Finding, House, Part
from bot.people.model import People, Person
from bot.people.moments import working_moment
from bot.prompts import flow as prompts
from bot.setup import flow, messages, model
from bot.setup.questions import QUESTIONS, Field, Question
from bot.yamlfile import edited

PROMPT = "setup.assumption"
"""The kind of prompt that asks whether an assumption is true; its ref is the assumption's path."""
FILE = "assumptions.yaml"


def held(house: House) -> tuple[Assumption, ...]:
    return house.definitions.assumptions.assumptions if house.definitions.assumptions else ()


def keep_in_step(session: Session, house: House) -> None:
    """Ask each owner on the day of their assumption."""
    for each in held(house):
        if (person := _owner(session, house, each)) is not None:
            day = to_utc(datetime.combine(each.confirm_by, time()), person.zone)
            at = working_moment(house, person, max(day, house.clock.now()))
            prompts.ask(session, house, person.slack_id, _key(each, person), PROMPT, each.what, at=at)


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How the question about one looks now; nothing once it is an assumption no more."""
    found = _find(house, ref)
    return messages.assumption_part(house, found, label_of(ref)) if found else None


def confirm(session: Session, house: House, by: str, what: str) -> int:
    """Take it for a fact from now on, as a new version of the definitions; returns its number."""
    found = _find(house, what)
    if found is None:
        raise UserError("That is no assumption any more.")
    owner = _owner(session, house, found)
    if owner is None or owner.slack_id != by:
        flow.require_setter(session, house, by)
    _answered_by_itself(session, house, by, what)
    files = dict(versions.get(session, house.workspace_id, house.version).files)

    def change(data: dict[str, list[dict[str, str]]]) -> None:
        data["assumptions"] = [each for each in data["assumptions"] if each["what"] != what]

    files[FILE] = edited(files[FILE], change)
    assert house.links.definitions is not None
    number = house.links.definitions.apply(session, house, files, author=by, note=f"Confirmed: {what}")
    record(session, house, "assumption.confirmed", f"assumption:{what}", actor=by, value=found.value)
    if owner is not None:
        prompts.withdraw(session, house, _key(found, owner))
    return number


def findings(session: Session, house: House) -> Iterable[Finding]:
    """IM01: nobody has said why. IM04: something is assumed for longer than was meant."""
    if not house.definitions.calendar.frictions:
        message = "No frictions are ranked: nobody has said what breaks most."
        yield Finding("IM01", "calendar:frictions", message, mend="`/cadence setup`")
    charter = house.definitions.charter
    if charter is None or charter.problem is None:
        message = "No problem sentence: say what Product Ops exists to reduce and improve, and for whom."
        yield Finding("IM01", "charter:problem", message, mend="`/cadence setup`")
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    for each in held(house):
        if each.confirm_by < today:
            owner = _owner(session, house, each)
            yield Finding(
                "IM04",
                f"assumption:{each.what}",
                f"Still true? {label_of(each.what)} {each.value} (assumed, was to be confirmed by {each.confirm_by})",
                owner=owner.slack_id if owner else None,
                mend="`/cadence assumptions`",
                action_id="setup.confirm",
                value=each.what,
                label="Yes, confirm",
            )


def listed(session: Session, house: House) -> list[Message]:
    """`/cadence assumptions`"""
    people = People(session, house)
    lines = [
        messages.assumption_line(house, each, label_of(each.what), people.named(each.owner)) for each in held(house)
    ]
    return blocks.pages(*messages.assumptions(house, lines))


def label_of(what: str) -> str:
    """What was asked, in words; for what the interview does not ask, its path."""
    found = asked_in(what)
    return found[1].label if found else f"{what}:"


def asked_in(what: str) -> tuple[Question, Field] | None:
    """The question of the interview that asks for a value."""
    every = ((question, field) for question in QUESTIONS.values() for field in question.fields)
    return next(((question, field) for question, field in every if field.what == what), None)


def _answered_by_itself(session: Session, house: House, by: str, what: str) -> None:
    """What was used becomes the answer, so that the interview does not assume it again."""
    if (asked := asked_in(what)) is None:
        return
    question, field = asked
    stand = flow.stand(session, house)
    before = stand.answers.get(question.id)
    values = dict(before.values) if before else dict(stand.resolved.values[question.id])
    model.keep(session, house, question.id, values | {field.id: stand.resolved.get(question.id, field.id)}, by)


def _find(house: House, what: str) -> Assumption | None:
    return house.definitions.assumptions.of(what) if house.definitions.assumptions else None


def _owner(session: Session, house: House, each: Assumption) -> Person | None:
    people = People(session, house)
    return people.by_ref(each.owner) or next(iter(people.with_role("product_ops")), None)


def _key(each: Assumption, person: Person) -> str:
    """Another owner or another day is another question."""
    return f"{PROMPT}:{each.what}:{each.confirm_by:%Y%m%d}:{person.slack_id}"
