"""What is due of a comms plan is said: one message to each person and channel, whatever it is made of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.comms import audience, messages, model, planning
from bot.comms.audience import ACCOUNTS, AFFECTED, FRONT_LINE, LEADS, THREAD, TOLD
from bot.comms.messages import Knows
from bot.comms.model import PLANNED, SENT, Copy, Line
from bot.definitions.comms import Step
from bot.delivery import outbox
from bot.house import House
from bot.people.model import People, Person
from bot.people.moments import end_of_day
from bot.prompts import flow as prompts
from bot.releases import course, happenings, report, standing
from bot.releases import messages as release_messages
from bot.releases import model as releases
from bot.releases.model import Release
from bot.releases.report import Report

MERGES = ("changed", "cancelled")
"""What makes words untrue that somebody was promised and has not been shown yet: those are said anew."""
CAN_WAIT = ("registered", "changed", "resumed", "cancelled")
"""What is early enough on a person's next working day."""
NAMED = (AFFECTED, LEADS, FRONT_LINE, ACCOUNTS)
"""Groups of those whom a release names. Others hear of it where everybody may, or because they have a part in it."""


@dataclass(frozen=True)
class Said:
    """What a recipient was promised so far: what they know by what they were shown, and what they were not shown."""

    knows: Knows | None
    unseen: Sequence[Copy]
    """Copies of one message that is still to come."""


@dataclass(frozen=True)
class Occasion:
    """Something is said of a release now."""

    release: Release
    report: Report
    steps: Mapping[str, Step]
    told: Mapping[str, Said]
    """Who was told of it before, by Slack id of the person or channel."""
    now: Knows

    def step(self, line: Line) -> Step:
        return self.steps[line.step]

    def when(self, lines: Sequence[Line]) -> list[str | None]:
        return [self.step(line).when for line in lines]

    def in_order(self, lines: Sequence[Line]) -> list[Line]:
        """What has changed first, then in the order of the timeline."""
        return sorted(lines, key=lambda each: (each.group != TOLD, list(self.steps).index(each.step)))


def on_due(session: Session, house: House, ref: str) -> None:
    """A timer: a line of a comms plan is due. All that is due of the release is said together."""
    release = releases.held(session, house, ref)
    if release is None or house.definitions.releases is None:
        return
    due = [
        line
        for line in model.lines(session, house, [release.id])[release.id]
        if line.state == PLANNED and line.due_at is not None and line.due_at <= house.clock.now()
    ]
    if due:
        _say(session, house, release, due)
        course.touched(session, house, release, None)


def already(session: Session, house: House, release: Release) -> dict[str, Said]:
    """Everybody who was told of a release, by Slack id of the person or channel."""
    return already_of(session, house, [release.id])[release.id]


def already_of(session: Session, house: House, release_ids: Sequence[int]) -> dict[int, dict[str, Said]]:
    """The same of several, by their ids; in two queries."""
    told = model.copies(session, house, release_ids)
    shown = prompts.said(session, house, {copy.key for copies in told.values() for copy in copies if copy.key})
    return {id: _by_recipient(copies, shown) for id, copies in told.items()}


def _by_recipient(copies: Sequence[Copy], shown: Collection[str]) -> dict[str, Said]:
    by_recipient: dict[str, list[Copy]] = {}
    for copy in copies:
        if copy.recipient != THREAD:
            by_recipient.setdefault(copy.recipient, []).append(copy)
    found = {}
    for recipient, theirs in by_recipient.items():
        seen = [copy for copy in theirs if copy.key is None or copy.key in shown]
        knows = Knows(seen[-1].knows, seen[-1].tier) if seen else None
        found[recipient] = Said(knows, [copy for copy in theirs if copy not in seen])
    return found


def _say(session: Session, house: House, release: Release, due: Sequence[Line]) -> None:
    occasion = Occasion(
        release,
        report.compile(session, house, release),
        {step.id: step for step in standing.rules_of(house).comms.timeline},
        already(session, house, release),
        Knows(release_messages.span(release), standing.tier(house, release)),
    )
    lines = occasion.in_order([line for line in due if line.step in occasion.steps])
    by_recipient: dict[str, list[Line]] = {}
    for line in lines:
        for recipient in _recipients(session, house, occasion, line):
            by_recipient.setdefault(recipient, []).append(line)
    if any(when in MERGES for when in occasion.when(lines)):
        for recipient, said in occasion.told.items():
            if said.unseen:
                by_recipient.setdefault(recipient, [])
    # In one order everywhere, since each person is held: else two releases would wait for each other.
    for recipient in sorted(by_recipient):
        _to(session, house, occasion, recipient, by_recipient[recipient])
    for line in due:
        line.state, line.ended_at = SENT, house.clock.now()
    session.flush()


def _recipients(session: Session, house: House, occasion: Occasion, line: Line) -> list[str]:
    if line.audience == THREAD:
        return [THREAD]
    if line.audience != TOLD:
        return audience.recipients(session, house, occasion.release, line.group, line.audience)
    known = {recipient: said.knows for recipient, said in occasion.told.items() if said.knows is not None}
    if owner := People(session, house).by_ref(occasion.release.owner):
        # They did it, or were told by the release itself.
        known.pop(owner.slack_id, None)
    if occasion.step(line).when == "stopped":
        known.pop(_stopped_by(session, house, occasion.release), None)
    if occasion.step(line).when == "changed":
        return [recipient for recipient, knows in known.items() if knows != occasion.now]
    return list(known)


def _stopped_by(session: Session, house: House, release: Release) -> str:
    """The Slack id of who stopped it; empty where the definitions or nobody did."""
    happened = happenings.latest(session, house, [release.id])[release.id].get(releases.STOPPED)
    return (happened.by or "") if happened else ""


def _to(session: Session, house: House, occasion: Occasion, recipient: str, lines: Sequence[Line]) -> None:
    """Say these lines to one recipient, with what was promised them and they were not shown."""
    said = occasion.told.get(recipient, Said(None, ()))
    before = [line for copy in said.unseen if (line := session.get(Line, copy.line_id)) is not None]
    every = occasion.in_order([line for line in dict.fromkeys([*before, *lines]) if line.step in occasion.steps])
    true = [line for line in every if _is_true(occasion, line, said.knows)]
    says = list(dict.fromkeys(occasion.step(line).says for line in true))
    words = None
    if says:
        named = any(line.group in NAMED for line in true)
        words = messages.news(house, occasion.release, occasion.report, says, said.knows, named=named)
    key, message_id = next((copy.key for copy in said.unseen), None), None
    if person := People(session, house).by_slack(recipient):
        key = key or f"comms:{lines[0].id}:{recipient}"
        _tell(session, house, occasion, person, key, lines, words)
    elif words:
        message_id = _post(session, house, occasion, recipient, lines, words)
    for copy in said.unseen:
        copy.knows, copy.tier = occasion.now.days, occasion.now.tier
    for line in lines:
        session.add(
            Copy(
                workspace_id=house.workspace_id, release_id=occasion.release.id, line_id=line.id, recipient=recipient,
                key=key, message_id=message_id, at=house.clock.now(), knows=occasion.now.days, tier=occasion.now.tier,
            )
        )  # fmt: skip


def _is_true(occasion: Occasion, line: Line, knows: Knows | None) -> bool:
    """Whether a line says something now to somebody who knows this."""
    when = occasion.step(line).when
    if when == "changed":
        return knows is not None and knows != occasion.now
    if occasion.release.state == releases.CANCELLED:
        return when == "cancelled" and knows is not None
    return True


def _tell(
    session: Session,
    house: House,
    occasion: Occasion,
    person: Person,
    key: str,
    lines: Sequence[Line],
    words: tuple[str, str] | None,
) -> None:
    if words is None:
        prompts.withdraw(session, house, key)
        return
    title, text = words
    when = occasion.when(lines)
    urgent = any(each in planning.URGENT for each in when)
    until = None if all(each in CAN_WAIT for each in when) else end_of_day(house, person, house.clock.now())
    prompts.tell(session, house, person.slack_id, key, title, text, urgent=urgent, until=until)


def _post(
    session: Session,
    house: House,
    occasion: Occasion,
    channel: str,
    lines: Sequence[Line],
    words: tuple[str, str],
) -> int | None:
    release, dedupe = occasion.release, f"comms:{lines[0].id}:{channel}"
    message = messages.post(*words)
    if channel == THREAD:
        if release.card_id is None:
            return None
        return outbox.reply(session, house, release.card_id, message, kind="comms.thread", dedupe=dedupe)
    owner = People(session, house).by_ref(release.owner)
    report_to, urgent = owner.slack_id if owner else None, any(each in planning.URGENT for each in occasion.when(lines))
    return outbox.post(
        session, house, channel, message, kind="comms.post", dedupe=dedupe, report_to=report_to, routine=not urgent
    )
