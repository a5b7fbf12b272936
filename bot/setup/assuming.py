"""What the definitions take for true until somebody confirms it: its owner is asked on its day."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from bot import blocks, versions
from bot.audit import record
from bot.blocks import Message
from bot.definitions import Assumption
from bot.definitions.working_time import to_utc
from bot.errors import FieldErrors, UserError
from bot.house import Finding, House, Part
from bot.people.model import People, Person
from bot.people.moments import working_moment
from bot.prompts import flow as prompts
from bot.setup import areas, flow, measuring, messages, model
from bot.setup.questions import AREAS, asked_for, nothing_known, value_in_words
from bot.yamlfile import edited

PROMPT = "setup.assumption"
"""The kind of prompt that asks whether an assumption is true; its ref is its path, `|`, the day, `|`, who is asked."""
FILE = "assumptions.yaml"


def held(house: House) -> tuple[Assumption, ...]:
    return house.definitions.assumptions.assumptions if house.definitions.assumptions else ()


def keep_in_step(session: Session, house: House) -> None:
    """Ask each owner on the day of their assumption."""
    for each in held(house):
        if (person := _owner(session, house, each)) is not None:
            day = to_utc(datetime.combine(each.confirm_by, time()), person.zone)
            at = working_moment(house, person, max(day, house.clock.now()))
            ref = _ref(each, person)
            prompts.ask(session, house, person.slack_id, f"{PROMPT}:{ref}", PROMPT, ref, at=at)


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How the question about one looks now; nothing once nobody assumes it, or somebody else is asked or later."""
    what = ref.partition("|")[0]
    found = _find(house, what)
    owner = _owner(session, house, found) if found else None
    if found is None or owner is None or _ref(found, owner) != ref:
        return None
    return messages.assumption_part(house, found, label_of(house, what), value_of(session, house, found))


def confirm(session: Session, house: House, by: str, what: str) -> int:
    """Take it for a fact from now on, as a new version of the definitions; returns its number."""
    found = changeable(session, house, by, what)
    _answered_by_itself(session, house, by, what)

    def change(data: Any) -> None:
        data["assumptions"] = [each for each in data["assumptions"] if each["what"] != what]

    number = _apply(session, house, by, found, change, f"Confirmed: {what}")
    record(session, house, "assumption.confirmed", f"assumption:{what}", actor=by, value=found.value)
    return number


def changeable(session: Session, house: House, by: str, what: str) -> Assumption:
    """An assumption that this person may confirm, put off or hand on: its owner, and whoever sets up."""
    found = _find(house, what)
    if found is None:
        raise UserError("That is no assumption any more.")
    owner = _owner(session, house, found)
    if owner is None or owner.slack_id != by:
        flow.require_setter(session, house, by)
    return found


def put_off(session: Session, house: House, by: str, what: str, owner: str, day: str) -> int:
    """Somebody else (a Slack id) confirms it, or on another day; returns the new version's number."""
    found, person = changeable(session, house, by, what), People(session, house).by_slack(owner)
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    wrong = {} if person else {"owner": "I do not know this person. Pick somebody named in `organisation.yaml`."}
    if not day or date.fromisoformat(day) < today:
        wrong["day"] = "Pick a day, today or later."
    if wrong or person is None:
        raise FieldErrors(wrong)
    if (found.owner.casefold(), str(found.confirm_by)) == (person.ref, day):
        return house.version

    def change(data: Any) -> None:
        entry = next(each for each in data["assumptions"] if each["what"] == what)
        entry["owner"], entry["confirm_by"] = person.ref, date.fromisoformat(day)

    number = _apply(session, house, by, found, change, f"{person.name} confirms by {day}: {what}")
    record(session, house, "assumption.put_off", f"assumption:{what}", actor=by, owner=owner, day=day)
    return number


def _apply(session: Session, house: House, by: str, found: Assumption, change: Callable[[Any], None], note: str) -> int:
    """Change the assumptions; whoever was asked about this one is asked no more."""
    owner = _owner(session, house, found)
    files = dict(versions.get(session, house.workspace_id, house.version).files)
    files[FILE] = edited(files[FILE], change)
    assert house.links.definitions is not None
    number = house.links.definitions.apply(session, house, files, author=by, note=note)
    if owner is not None:
        prompts.withdraw(session, house, f"{PROMPT}:{_ref(found, owner)}")
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
    for each in held(house):
        if is_late(house, each):
            owner = _owner(session, house, each)
            yield Finding(
                "IM04",
                f"assumption:{each.what}",
                f"Still true? {label_of(house, each.what)} {value_of(session, house, each)}"
                f" (assumed, was to be confirmed by {each.confirm_by:%a %-d %b %Y})",
                owner=owner.slack_id if owner else None,
                mend="`/cadence assumptions`",
                action_id="setup.confirm",
                value=each.what,
                label="Yes, confirm",
            )


def is_late(house: House, each: Assumption) -> bool:
    """Whether the day has passed by which it was to be confirmed."""
    return each.confirm_by < house.clock.now().astimezone(house.definitions.organisation.zone).date()


def listed(session: Session, house: House, slack_id: str) -> list[Message]:
    """`/cadence assumptions`, with menus for those that this person may confirm, change or put off."""
    people = People(session, house)
    lines = [
        messages.assumption_line(
            house, each, label_of(house, each.what), value_of(session, house, each), people.named(each.owner)
        )
        for each in held(house)
    ]
    may_set_up = flow.may_set_up(session, house, slack_id)
    theirs = {
        each.what: label_of(house, each.what)
        for each in held(house)
        if may_set_up or ((owner := _owner(session, house, each)) and owner.slack_id == slack_id)
    }
    return blocks.pages(*messages.assumptions(house, lines, theirs))


def label_of(house: House, what: str) -> str:
    """What was asked, in words; for what the interview does not ask, its path."""
    if asks := measuring.asks(what):
        return asks
    found = asked_for(what)
    if found and found[1].what != what and what.startswith("organisation.areas."):
        *_, area_id, role = what.split(".")
        area = house.definitions.organisation.area(area_id)
        return areas.ASKS[role].format(name=area.name if area else area_id)
    return found[1].called if found else f"{what}:"


def value_of(session: Session, house: House, each: Assumption) -> str:
    """What is assumed, as people read it: in the files people stand by their address."""
    return value_in_words(each.what, each.value, model.calling(session, house))


def _answered_by_itself(session: Session, house: House, by: str, what: str) -> None:
    """What was used becomes the answer, so that the interview does not assume it again."""
    if (asked := asked_for(what)) is None or measuring.asks(what):
        # Of outcomes beside the first no number is asked for: once the definitions say it, it is so.
        return
    question, field = asked
    stand = flow.stand(session, house)
    before = stand.given.get(question.id)
    values = dict(before.values) if before else nothing_known(question)
    if before and question is AREAS and what.count(".") > 1:
        # Of one area alone: who stands there in the definitions now.
        _, _, area_id, role = what.split(".")
        area = house.definitions.organisation.area(area_id)
        said = areas.with_one(str(values["areas"]), area.name, role, getattr(area, role) or "") if area else None
    else:
        said = stand.resolved.get(question.id, field.id)
    model.keep(session, house, question.id, values | {field.id: said or values[field.id]}, by)


def _find(house: House, what: str) -> Assumption | None:
    return house.definitions.assumptions.of(what) if house.definitions.assumptions else None


def _owner(session: Session, house: House, each: Assumption) -> Person | None:
    people = People(session, house)
    return people.by_ref(each.owner) or next(iter(people.with_role("product_ops")), None)


def _ref(each: Assumption, person: Person) -> str:
    """Another owner or another day is another question."""
    return f"{each.what}|{each.confirm_by:%Y%m%d}|{person.slack_id}"
