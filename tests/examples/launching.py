"""A medium release from its brief to its last look back; everybody concerned does their part in time."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.enablement import writing
from bot.house import House
from bot.lookback import aims
from bot.releases import calling, items, model, rollout, signing
from bot.releases import flow as releases
from bot.releases import register as registering
from bot.releases.audience import Audience
from bot.releases.items import Standing
from bot.releases.readiness import DONE, GO, READY
from bot.releases.rule import Saying
from bot.releases.signing import Answer as SignOff
from tests.examples.company import slack_id
from tests.examples.living import Life

FRONT_LINE = ("support", "sales", "customer-success")


def launch(life: Life, name: str, registered: date, area: str) -> None:
    """A medium release from its brief to its last look back; everybody concerned does their part in time."""
    owner = slack_id(life.company.owner(area))
    target = registered + timedelta(days=14)

    def register_it(session: Session, house: House) -> None:
        if house.definitions.releases is None:
            return
        brief = registering.Brief(
            name=name, owner=owner, target=str(target), confidence="likely",
            summary="Customers see what they pay for, line by line.", facts=("asked-about",),
        )  # fmt: skip
        release = registering.register(session, house, owner, brief)
        answers = {
            "audience": "Support, Sales and Customer Success; every customer",
            "changes": "Each line says what it is for, and a filter finds it",
            "monitoring": "Tickets that ask for an explanation; above ten a day the owner is called",
            "rollback": "The owner switches the flag off within 5 minutes; nothing is lost",
        }
        releases.answer(session, house, owner, str(release.id), release.version, answers, Audience(FRONT_LINE))
        until = str(target + timedelta(days=60))
        aim = aims.Said("Customers who find the line that they look for", "20 %", "40 %", until)
        aims.set_(session, house, owner, str(release.id), 0, aim)

    def prepare(session: Session, house: House) -> None:
        if (release := _release(session, house, name)) is None:
            return
        _stands, mine = writing.writable(session, house, owner, str(release.id))
        opened = {piece.rule.id: writing.shown(piece.text) for piece in mine}
        texts = {piece.rule.id: piece.text or "Open the page, choose the line, read." for piece in mine}
        writing.write(session, house, owner, str(release.id), opened, texts)
        writing.publish(session, house, owner, str(release.id))
        for item in items.updatable(session, house, owner, release):
            if item.computed is None:
                done = Standing(DONE, f"https://docs.example.com/{release.slug}/{item.id}")
                who = owner if "release-owner" in item.owners else _lead(house, item.owners[0])
                items.update(session, house, who, str(release.id), str(item.id), 0, done)

    def sign(session: Session, house: House) -> None:
        if (release := _release(session, house, name)) is None:
            return
        for function in ("support", "engineering"):
            lead = _lead(house, function)
            said = SignOff(READY, "", lead, str(target))
            signing.sign_off(session, house, lead, str(release.id), function, 0, said)

    def call(session: Session, house: House) -> None:
        if (release := _release(session, house, name)) is not None:
            calling.call(session, house, owner, str(release.id), release.version, GO, Saying(GO))

    def go_live(session: Session, house: House) -> None:
        if (release := _release(session, house, name)) is not None:
            rollout.live(session, house, owner, str(release.id))

    for days, happens in ((0, register_it), (3, prepare), (10, sign), (13, call), (14, go_live)):
        life.on(registered + timedelta(days=days), happens)


def _release(session: Session, house: House, name: str) -> model.Release | None:
    return model.by_slug(session, house, name.lower().replace(" ", "-"))


def _lead(house: House, function: str) -> str:
    found = house.definitions.organisation.function(function)
    assert found is not None and found.lead is not None
    return slack_id(found.lead.partition("@")[0])
