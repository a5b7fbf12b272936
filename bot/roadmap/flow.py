"""What happens on the roadmap: an item is added or changed, with who, from where to where and why."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot import audit
from bot.blocks import fit
from bot.errors import FieldErrors, UserError
from bot.house import DecisionDraft, House, ReleaseFacts
from bot.people import deciding
from bot.people.flow import require_person
from bot.people.model import People
from bot.roadmap import asking, entry, messages, model, naming, review, rights, telling
from bot.roadmap.entry import NOBODY, Typed
from bot.roadmap.model import ADDED, UNCHANGED, RoadmapChange, RoadmapItem
from bot.roadmap.places import DROPPED

LONGEST_QUESTION = 150
"""Characters that the log's form has for what is to be decided."""


class Changed(UserError):
    """Somebody else changed the same item after the form was opened."""


def add(session: Session, house: House, slack_id: str, typed: Typed, form_key: str) -> RoadmapChange:
    """Put a new item on the roadmap of an area. A form that arrives twice adds one."""
    require_person(session, house, slack_id)
    if (known := model.change_by_form(session, house, form_key)) is not None:
        return known
    if house.definitions.organisation.area(typed.area_id) is None:
        raise FieldErrors({"area_id": "Pick the area."})
    rights.require_writer(session, house, slack_id, typed.area_id)
    people = checked(session, house, typed, None)
    change = put(session, house, slack_id, typed, people, form_key)
    if change is None:
        known = model.change_by_form(session, house, form_key)
        assert known is not None
        return known
    telling.tell(session, house, model.of_ids(session, house, [change.item_id])[change.item_id], change)
    return change


def put(
    session: Session, house: House, by: str | None, typed: Typed, people: list[str], form_key: str | None
) -> RoadmapChange | None:
    """Keep a new item that was checked; none when the same form has added it at this moment."""
    item = model.add_item(session, house, form_key, **_values(session, house, typed, None))
    return _note(session, house, by, item, typed, people, form_key, before="", confidence_before="") if item else None


def change(
    session: Session, house: House, slack_id: str, ref: str, version: int, typed: Typed, form_key: str
) -> RoadmapChange:
    """Change an item. `Changed` when somebody did after `version` was shown. A form that arrives twice counts once."""
    require_person(session, house, slack_id)
    item = model.get(session, house, ref, hold=True)
    if (known := model.change_by_form(session, house, form_key)) is not None:
        return known
    rights.require_writer(session, house, slack_id, item.area_id)
    if item.version != version:
        raise Changed(_meanwhile(session, house, item))
    require_there(item)
    if house.definitions.organisation.area(item.area_id) is not None:
        # Only what has no area any more is handed to another: that one's roadmap is somebody else's to write.
        typed = replace(typed, area_id=item.area_id)
    people = checked(session, house, typed, item)
    before, confidence_before = item.place, item.confidence
    for name, value in _values(session, house, typed, item).items():
        setattr(item, name, value)
    item.version += 1
    noted = _note(
        session, house, slack_id, item, typed, people, form_key, before=before, confidence_before=confidence_before
    )
    telling.tell(session, house, item, noted)
    return noted


def to_decide(session: Session, house: House, change: RoadmapChange, slack_id: str) -> str:
    """Whether a change is noticed outside its area, so that the log may say it: `raise`, `record`, or nothing.

    Whoever decides such changes records theirs; others raise it to them.
    """
    beyond = change.depends_on or change.people or change.functions
    if not beyond or change.kind == UNCHANGED or change.decision or house.links.log_decision is None:
        return ""
    decision_class = review.decision_class(house)
    item = model.of_ids(session, house, [change.item_id])[change.item_id]
    area = house.definitions.organisation.area(item.area_id)
    decider = deciding.deciders(session, house, decision_class, area).decider if decision_class else None
    return "record" if decider is not None and decider.slack_id == slack_id else "raise"


def decide(session: Session, house: House, slack_id: str, change_id: int) -> tuple[str, RoadmapItem]:
    """Put a change into the decision log, once: raised to whoever decides it, or recorded by them; its id there."""
    require_person(session, house, slack_id)
    change = model.held_change(session, house, change_id)
    if change is None or house.links.log_decision is None:
        raise UserError("That is gone. `/decision` raises or records any decision.")
    item = model.of_ids(session, house, [change.item_id])[change.item_id]
    rights.require_writer(session, house, slack_id, item.area_id)
    if change.decision is not None:
        return change.decision, item
    decided = to_decide(session, house, change, slack_id) == "record"
    decision_class = review.decision_class(house)
    draft = DecisionDraft(
        slack_id,
        fit(messages.as_decision(house, item, change, decided=decided), LONGEST_QUESTION),
        decided,
        messages.source(house, item),
        area_id=item.area_id,
        class_id=decision_class.id if decision_class else "",
        why=change.why,
    )
    change.decision = house.links.log_decision(session, house, draft)
    audit.record(session, house, "roadmap.to_log", f"roadmap:{item.ref}", actor=slack_id, decision=change.decision)
    return change.decision, item


def checked(session: Session, house: House, typed: Typed, item: RoadmapItem | None) -> list[str]:
    """The people it names, as the definitions refer to them; `FieldErrors` when anything is wrong."""
    organisation = house.definitions.organisation
    people, unknown = naming.people(session, house, typed.people)
    wrong = {"people": unknown} if unknown else {}
    if any(organisation.function(each) is None for each in typed.functions if each != NOBODY):
        wrong["functions"] = "The definitions no longer have one of these. Tick anew who must hear it."
    if typed.depends_on and organisation.area(typed.depends_on) is None:
        wrong["depends_on"] = "The definitions no longer have this area. Pick another one."
    if organisation.area(typed.area_id) is None and typed.kind != DROPPED:
        wrong["area_id"] = "The definitions no longer have this area. Pick the one that takes it over."
    if typed.release_id is not None and release_of(session, house, typed.release_id) is None:
        wrong["release"] = "There is no such release any more."
    alike = [each for each in model.called(session, house, typed.name, typed.area_id) if item is None]
    if alike:
        wrong["name"] = f"{alike[0].ref} has this name already."
    if fields := wrong | entry.wrong(typed, item):
        raise FieldErrors(fields)
    return people


def require_there(item: RoadmapItem) -> None:
    if item.is_dropped:
        raise UserError(f"{item.ref} was dropped. Add it anew: `/cadence roadmap change {item.name}`.")


def release_of(session: Session, house: House, release_id: int | None) -> ReleaseFacts | None:
    if release_id is None or house.links.releases is None:
        return None
    return next(iter(house.links.releases(session, house, [release_id])), None)


def _values(session: Session, house: House, typed: Typed, item: RoadmapItem | None) -> dict[str, object]:
    """The item as it stands from then on."""
    release = release_of(session, house, typed.release_id)
    functions = [each for each in typed.functions if each != NOBODY]
    if item is not None and typed.kind == UNCHANGED:
        functions = item.functions
    return {
        "area_id": typed.area_id,
        "name": typed.name.strip(),
        "purpose": typed.purpose.strip(),
        "place": DROPPED if typed.kind == DROPPED else typed.place,
        "confidence": typed.confidence,
        "functions": functions,
        "release_id": release.id if release else None,
        "release_day": release.day if release else None,
    }


def _note(
    session: Session,
    house: House,
    by: str | None,
    item: RoadmapItem,
    typed: Typed,
    people: list[str],
    form_key: str | None,
    *,
    before: str,
    confidence_before: str,
) -> RoadmapChange:
    change = model.add_change(
        session, house, item,
        by=by, kind=typed.kind, before=before, after=item.place, confidence_before=confidence_before,
        confidence_after=item.confidence, purpose=item.purpose, why=typed.why.strip(), functions=item.functions,
        people=people, depends_on=typed.depends_on, evidence=typed.evidence.strip(), form_key=form_key,
    )  # fmt: skip
    kind = "roadmap.added" if typed.kind == ADDED else "roadmap.changed"
    audit.record(
        session, house, kind, f"roadmap:{item.ref}", actor=by,
        what=change.kind, before=before, after=change.after, confidence=change.confidence_after, why=change.why,
    )  # fmt: skip
    area = house.definitions.organisation.area(item.area_id)
    asking.follow(session, house, [area] if area else [])
    return change


def _meanwhile(session: Session, house: House, item: RoadmapItem) -> str:
    last = model.changes_of(session, house, item)[0]
    return messages.meanwhile(house, item, last, People(session, house).called(last.by) if last.by else "")
