"""What the checks find in who is told of releases: whoever believes what is no longer so, or hears nothing."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from bot.comms import audience, model, proof
from bot.findings import finding
from bot.house import Finding, House
from bot.people.model import People
from bot.releases import model as releases
from bot.releases import standing
from bot.releases.model import CANCELLED, LIVE, PLANNED


def findings(session: Session, house: House) -> Iterator[Finding]:
    rules = house.definitions.releases
    if rules is None or not rules.comms.timeline:
        return
    people = People(session, house)
    near = releases.not_over(session, house, standing.today(house))
    coming = [each for each in near if each.state not in (LIVE, CANCELLED)]
    lines = model.lines(session, house, [each.id for each in coming])
    untold, reached = proof.untold_of(session, house, coming, lines), dict[str, bool]()
    for release in coming:
        owner = people.by_ref(release.owner)
        slack_id, about = owner.slack_id if owner else None, f"release:{release.id}"
        plan = ("comms.plan", str(release.id), "Who hears what")
        if who := untold[release.id]:
            yield finding(house, "RE08", about, slack_id, button=plan, name=release.name, who=who)
        if release.state == PLANNED and proof.is_late(house, release):
            names = proof.without_message(session, house, release, lines[release.id], reached)
            if named := [audience.name(house, people, each) for each in names]:
                yield finding(house, "RE09", about, slack_id, button=plan, name=release.name, who=named)
