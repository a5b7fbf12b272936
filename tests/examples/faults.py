"""Faults to plant into a healthy company, in its records or definitions; each returns the house as it is then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.definitions import load_texts
from bot.house import House
from bot.improvements.model import Improvement
from bot.insights import capturing
from bot.insights.capturing import Captured
from bot.people.model import Profile
from bot.registers import flow as registers
from bot.registers import model as register
from bot.releases import register as registering
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, Occurrence
from bot.rubric.scales import ADOPTION, CADENCE, INSIGHTS, MODEL
from bot.versions import Version
from bot.yamlfile import edited
from tests.examples.company import PRIYA, SURPRISED, TOM, email, slack_id
from tests.fakes import at

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Fault:
    plant: Callable[[Session, House], House]
    rule: str
    """The check that finds it."""
    lacks: str = ""
    """The must-have of the pack that is not there then."""
    dimension: str = ""
    """The part of the rubric that it holds down."""
    most: int = 5
    """To so much."""


def an_owner_has_left(session: Session, house: House) -> House:
    person = slack_id(SURPRISED.owner("billing"))
    session.execute(update(Profile).where(Profile.slack_id == person).values(active=False))
    return house


def rituals_leave_nothing(session: Session, house: House) -> House:
    """The roadmap review and the weekly update, since the beginning."""
    empty = {"state": CLOSED_WITHOUT_OUTPUT, "artifact": None, "reason": "Nobody had prepared anything"}
    rituals = Occurrence.ritual_id.in_(("roadmap-review", "weekly-product-update"))
    session.execute(update(Occurrence).where(rituals, Occurrence.state == CLOSED).values(**empty))
    return house


def nothing_was_changed_for_a_month(session: Session, house: House) -> House:
    then = house.clock.now() - 31 * A_DAY
    session.execute(update(Improvement).where(Improvement.posted_at.is_not(None)).values(posted_at=then))
    return house


def a_release_says_nothing(session: Session, house: House) -> House:
    """Registered today, due in two days, and none of the four questions answered."""
    owner = slack_id(SURPRISED.owner("search"))
    target = str((house.clock.now() + 2 * A_DAY).date())
    brief = registering.Brief("Sudden", owner, target, "likely", "Something changes.", ("asked-about",))
    registering.register(session, house, owner, brief)
    return house


def nobody_looks_at_what_is_said(session: Session, house: House) -> House:
    """Six insights wait since two weeks."""
    then = at(house, house.clock.now() - 14 * A_DAY)
    for n in range(6):
        seen = Captured(f"The export stops at line {n}", "high", proof="Ticket 4711", source_id="support")
        capturing.capture(session, then, slack_id(PRIYA), seen, f"fault:{n}")
    return house


def there_are_no_risks(session: Session, house: House) -> House:
    for each in register.open_entries(session, house):
        if each.sort == register.RISK:
            registers.end(session, house, each.owner, str(each.id), each.version, "It is over")
    return house


def changed(files: Mapping[str, str], file: str, change: Callable[[Any], None]) -> dict[str, str]:
    """The files of the definitions with a change in one of them."""
    return dict(files) | {file: edited(files[file], change)}


def _in(file: str, change: Callable[[Any], None]) -> Callable[[Session, House], House]:
    """A change that the checks of definitions let pass, if need be with a warning: it is put in force."""

    def plant(session: Session, house: House) -> House:
        version = session.get_one(Version, (house.workspace_id, house.version))
        version.files = changed(version.files, file, change)
        found = load_texts(version.files, "cadences").definitions
        assert found is not None
        new = house.by(replace(found, gates_passed=house.definitions.gates_passed), house.version)
        assert new.links.adopt is not None
        new.links.adopt(session, new)
        return new

    return plant


def _a_new_meeting(data: Any) -> None:
    """Of which nobody was told."""
    plain = {
        "name": "Metrics hour",
        "kind": "review",
        "purpose": "Numbers are looked at together.",
        "artifact": "Notes",
    }
    schedule = {"repeats": "every Friday", "prompt": "11:00", "cutoff": "12:00", "publish": "12:00"}
    people = {"owner": email(TOM), "audience": [email(PRIYA), email(SURPRISED.owner("search"))]}
    more = {"serves": ["surprises"], "agenda": ["30 min. What moved"], "schedule": schedule}
    data["rituals"].append({"id": "metrics-hour", **plain, **people, **more})


def _nothing_to_prove(data: Any) -> None:
    """By no day anything is to be reached."""
    for each in data["measures"]:
        each.pop("by", None)


def _nobody_on_one_side(data: Any) -> None:
    for interface in data["interfaces"]:
        del interface["sides"][1]["owner"]


FAULTS: Mapping[str, Fault] = {
    "an owner has left": Fault(an_owner_has_left, "OM02", "Operating model", MODEL, 2),
    "rituals leave nothing": Fault(rituals_leave_nothing, "CA04", "Cadence", CADENCE, 2),
    "nothing was changed for a month": Fault(nothing_was_changed_for_a_month, "", "", ADOPTION, 4),
    "a release says nothing": Fault(a_release_says_nothing, "RE01", "Release enablement"),
    "nobody looks at what is said": Fault(nobody_looks_at_what_is_said, "IN02", "Insights", INSIGHTS, 3),
    "there are no risks": Fault(there_are_no_risks, "IM09", "Risks, open questions, next steps"),
    "nobody was told of a meeting": Fault(_in("calendar.yaml", _a_new_meeting), "IM06", "30/60/90", ADOPTION, 3),
    "nothing can be proved": Fault(_in("measures.yaml", _nothing_to_prove), "IM02", "30/60/90", ADOPTION, 2),
    "nobody stands on one side": Fault(_in("charter.yaml", _nobody_on_one_side), "OM03", "", MODEL, 3),
}


def _two_deciders(data: Any) -> None:
    data["classes"][0]["decider"] = ["area_owner", "head_of_product"]


def _product_ops_decides(data: Any) -> None:
    next(each for each in data["classes"] if each["id"] == "pricing")["decider"] = "product_ops"


def _without(key: str) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        del data[key]

    return change


def _leaves_nothing(data: Any) -> None:
    data["rituals"][-1]["artifact"] = ""


def _no_route_for_the_rest(data: Any) -> None:
    data["routes"][:] = [each for each in data["routes"] if each.get("when")]


def _everybody_at_once(data: Any) -> None:
    data["areas"][:] = list(SURPRISED.areas)


REFUSED: Mapping[str, tuple[str, Callable[[Any], None], str]] = {
    "a class has two deciders": ("decisions.yaml", _two_deciders, "OM01"),
    "product ops decides about the product": ("decisions.yaml", _product_ops_decides, "BO01"),
    "nobody keeps decision rights": ("charter.yaml", _without("decision_rights"), "CH02"),
    "nothing is not owned": ("charter.yaml", _without("does_not_own"), "CH01"),
    "a ritual is to leave nothing": ("calendar.yaml", _leaves_nothing, "CA03"),
    "insights go nowhere": ("insights.yaml", _no_route_for_the_rest, "IN03"),
    "everybody begins at once": ("pilot.yaml", _everybody_at_once, "IM05"),
}
"""Faults that no definitions in force can have: the file, what is changed in it, and the check that refuses it."""
