"""Whoever brought an insight sees where it stands, and is told once what became of it, in a thread of their own."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import blocks, timers
from bot.audit import record
from bot.db import change, insert_for_id
from bot.delivery import outbox
from bot.house import House
from bot.insights import clocks, messages, model, states
from bot.insights.messages import Looks
from bot.insights.model import ACCEPTED, CLOSED, DECIDED, NEEDS_INFO, OUT_OF_SCOPE, Asked, Insight, Submission, Told
from bot.insights.rights import is_for_readers, may_see, rules_of
from bot.insights.routing import release_of
from bot.people.model import People, channel_id
from bot.prompts import flow as prompts
from bot.rituals import model as rituals

CLOSING = "insights.closing"
"""The timer that looks whether everybody was told; its ref is `insight:` and the id."""
ANSWER, LIVE = "answer", "live"
TOLD_WITHIN = 5
"""Working days in which everybody who brought an insight is told its answer."""
SOON, SELDOM = timedelta(minutes=2), timedelta(hours=12)
"""After its answer, it is looked at so soon, and then ever more seldom."""


def begin(session: Session, house: House, insight: Insight, submission: Submission) -> None:
    """Show a submitter what they brought: in their DM, or in the thread that it came from."""
    message = _tracking_card(session, house, insight, submission)
    post = f"insights:card:{submission.id}:{'thread' if submission.under is not None else 'direct'}"
    if submission.under is not None:
        submission.card_id = outbox.reply(session, house, submission.under, message, kind="insights.card", dedupe=post)
    else:
        submission.card_id = outbox.post(
            session, house, submission.submitter, message, kind="insights.card", dedupe=post
        )
    session.flush()


def announce(session: Session, house: House, insight: Insight) -> None:
    """Show it in the channel for insights; a restricted one in the private channel of these, if there is one."""
    rules = rules_of(house)
    channel = (rules.restricted.channel if rules.restricted else None) if insight.restricted else rules.channel
    if channel is None:
        return
    message_id = outbox.post(
        session,
        house,
        channel_id(session, house, channel),
        messages.card(house, insight, looks_of(session, house, insight)),
        kind="insights.announced",
        dedupe=f"insights:announced:{insight.id}{':restricted' if insight.restricted else ''}",
    )
    model.set_(session, insight, message_id=message_id)


def refresh(session: Session, house: House, insight: Insight) -> None:
    """Show it wherever it stands as it is now."""
    session.flush()
    looks = looks_of(session, house, insight)
    if insight.message_id is not None:
        # What is merged into a restricted one says the same, where everybody reads it.
        is_hidden = not insight.restricted and is_for_readers(session, house, insight)
        card = messages.hidden(house, insight) if is_hidden else messages.card(house, insight, looks)
        outbox.update(session, house, insight.message_id, card)
    for submission in model.submissions(session, house, insight):
        if submission.card_id is not None:
            outbox.update(
                session, house, submission.card_id, _tracking_card(session, house, insight, submission, looks)
            )


def hide(session: Session, house: House, insight: Insight) -> None:
    """It has become restricted: take it from where others see it, and go on with its submitters in their DMs."""
    elsewhere = messages.hidden(house, insight)
    if insight.message_id is not None:
        outbox.update(session, house, insight.message_id, elsewhere)
        model.set_(session, insight, message_id=None)
    go_on_directly(session, house, insight)
    announce(session, house, insight)
    for each in model.duplicates(session, house, insight):
        refresh(session, house, each)
    for key, person in prompts.unsaid(session, house, f"insight:{insight.id}:").items():
        if not may_see(session, house, insight, person):
            prompts.withdraw(session, house, key)


def go_on_directly(session: Session, house: House, insight: Insight) -> None:
    """It is restricted, and some submitters have their cards where others read: these go on in their DMs."""
    for submission in model.submissions(session, house, insight):
        if submission.under is not None and submission.card_id is not None:
            for message_id in (submission.card_id, *_said_under(session, house, submission)):
                outbox.update(session, house, message_id, messages.hidden(house, insight))
            submission.under = None
            begin(session, house, insight, submission)


def tell_answer(session: Session, house: House, insight: Insight) -> None:
    """Tell each submitter the answer that stands; with a release that is live already, that is told by it, too."""
    live = _live(session, house, insight)
    _tell(session, house, insight, ANSWER, current(insight), *([live] if live else []))


def tell_live(session: Session, house: House, insight: Insight) -> None:
    """Tell each submitter that what they asked for is there."""
    if live := _live(session, house, insight):
        _tell(session, house, insight, LIVE, live)


def tell_out_of_scope(session: Session, house: House, insight: Insight) -> None:
    _tell(session, house, insight, OUT_OF_SCOPE, current(insight))


def tell_apart(session: Session, house: House, insight: Insight, into: Insight) -> None:
    """It was no duplicate of `into`: who was told what became of that hears that it does not hold for theirs."""
    session.flush()
    query = select(Told.submitter).where(Told.workspace_id == house.workspace_id, Told.insight_id == into.id)
    knew = set(session.scalars(query))
    for submission in model.submissions(session, house, insight):
        if submission.submitter in knew and submission.is_own:
            mention = submission.submitter if submission.under is not None else ""
            message = messages.apart(house, insight, into, mention)
            say_under(session, house, submission, message, f"insights:apart:{submission.id}:{insight.version}")


def on_closing(session: Session, house: House, ref: str) -> None:
    """A timer: an insight is closed when all its submitters were told. What was lost goes to them directly."""
    insight = clocks.hold(session, house, ref)
    if insight is None or insight.state not in (DECIDED, CLOSED, OUT_OF_SCOPE):
        return
    # A release that went live at the same moment at which this was accepted did not know of it.
    tell_live(session, house, insight)
    whats = [current(insight), _live(session, house, insight) or ""]
    query = select(Told).where(
        Told.workspace_id == house.workspace_id, Told.insight_id == insight.id, Told.what.in_(whats)
    )
    rows = list(session.scalars(query.order_by(Told.id)))
    fates = outbox.fates(session, house, [row.message_id for row in rows if row.message_id is not None])
    said = prompts.said(session, house, [news_key(row) for row in rows if row.message_id is None])
    waiting = False
    for row in rows:
        if row.message_id is None:
            reached = house.clock.now() if news_key(row) in said else None
            waiting |= reached is None and not _needs_no_message(session, house, row)
        elif (fate := fates[row.message_id]).is_lost:
            reached, lost = None, row.message_id
            row.message_id = _say_directly(session, house, insight, row)
            # When that is lost as well, they cannot be told.
            waiting |= row.message_id not in (None, lost)
        else:
            reached = fate.at
            waiting |= reached is None
        if reached is not None and row.reached_at is None:
            row.reached_at = reached
            row.in_time = reached <= clocks.after_days(house, row.at, TOLD_WITHIN)
    if waiting:
        since = house.clock.now() - (insight.decided_at or house.clock.now())
        again = min(max(SOON, since), SELDOM)
        timers.arm(session, house, _key(insight), CLOSING, f"insight:{insight.id}", house.clock.now() + again)
    elif insight.state == DECIDED:
        model.move(session, house, insight, (DECIDED,), state=states.require(insight, states.CLOSE),
                   closed_at=house.clock.now())  # fmt: skip
        record(session, house, "insight.closed", f"insight:{insight.ref}", told=len(rows))
        refresh(session, house, insight)
    else:
        model.set_(session, insight, closed_at=house.clock.now())


def current(insight: Insight) -> str:
    """What its submitters are told of how it stands now."""
    return f"{OUT_OF_SCOPE if insight.state == OUT_OF_SCOPE else ANSWER}:{insight.answers}"


def catch_up(session: Session, house: House, insight: Insight) -> None:
    """Somebody brought what is answered already: they are told so, too."""
    if insight.state == OUT_OF_SCOPE:
        tell_out_of_scope(session, house, insight)
    elif insight.state in (DECIDED, CLOSED):
        if insight.state == CLOSED:
            state = states.require(insight, states.JOIN)
            model.move(session, house, insight, states.states_for(states.JOIN), state=state, closed_at=None)
        tell_answer(session, house, insight)


def looks_of(session: Session, house: House, insight: Insight) -> Looks:
    people = People(session, house)
    brought = model.submissions(session, house, insight)
    into = model.by_id(session, house, insight.merged_into)
    return Looks(
        names=[messages.bringer(each, people.called) for each in brought],
        accounts=sum(each.accounts for each in brought),
        owner=people.called(insight.owner) if insight.owner else "",
        place=_place(session, house, insight),
        decider=people.called(insight.decided_by) if insight.decided_by else "",
        researcher=people.called(insight.researcher) if insight.researcher else "",
        release=release_of(session, house, insight.linked_release),
        into=into.ref if into else "",
    )


def put_question(session: Session, house: House, insight: Insight, submission: Submission, asked: Asked) -> None:
    """Ask a submitter, in their thread."""
    mention = submission.submitter if submission.under is not None else ""
    message = messages.question(house, insight, asked, People(session, house).called(asked.asked_by), mention)
    # Where it does not get through, its clock would stand for nothing: whoever asked finds another way.
    say_under(session, house, submission, message, _question_key(asked.id), report_to=asked.asked_by)


def open_question(session: Session, house: House, submission: Submission) -> Asked | None:
    """What its submitter is asked and has not answered yet."""
    query = select(Asked).where(
        Asked.workspace_id == house.workspace_id, Asked.submission_id == submission.id, Asked.ended_at.is_(None)
    )
    return session.scalar(query)


def say_under(
    session: Session,
    house: House,
    submission: Submission,
    message: blocks.Message,
    dedupe: str,
    report_to: str | None = None,
) -> int:
    """In the thread of a submitter's card, or to them when there is none.

    `report_to` (a Slack id) is told when it cannot be delivered.
    """
    kind, card = "insights.told", submission.card_id
    if card is not None:
        return outbox.reply(session, house, card, message, kind=kind, dedupe=dedupe, report_to=report_to)
    return outbox.post(session, house, submission.submitter, message, kind=kind, dedupe=dedupe, report_to=report_to)


def news_key(told: Told) -> str:
    return f"insight:{told.insight_id}:{told.what}:{told.submitter}"


# How: in the order in which the verbs above call them.


def _said_under(session: Session, house: House, submission: Submission) -> list[int]:
    """The messages in the thread of a submitter's card that say what it is about."""
    told = select(Told.message_id).where(
        Told.workspace_id == house.workspace_id, Told.submission_id == submission.id, Told.message_id.is_not(None)
    )
    asked = select(Asked.id).where(Asked.workspace_id == house.workspace_id, Asked.submission_id == submission.id)
    questions = (outbox.find(session, house, _question_key(id)) for id in session.scalars(asked))
    return [id for id in (*session.scalars(told), *questions) if id is not None]


def _question_key(asked_id: int) -> str:
    return f"insights:question:{asked_id}"


def _place(session: Session, house: House, insight: Insight) -> str:
    """The ritual in which it is talked about and when that is: `Insights review, Thu 12 Jun`."""
    ritual = house.definitions.calendar.ritual(insight.forum_ritual) if insight.forum_ritual else None
    opens = rituals.opens_next(session, house, insight.forum_ritual) if ritual else None
    if ritual is None or opens is None:
        return ritual.name if ritual else ""
    return f"{ritual.name}, {opens.astimezone(house.definitions.organisation.zone):%a %-d %b}"


def _live(session: Session, house: House, insight: Insight) -> str:
    """The fact that what it was accepted with is live; empty while it is not."""
    release = release_of(session, house, insight.linked_release) if insight.disposition == ACCEPTED else None
    return f"{LIVE}:{release.id}" if release is not None and release.state == LIVE else ""


def _tell(session: Session, house: House, insight: Insight, part: str, *facts: str) -> None:
    """Tell each submitter these facts in one message, unless they know the first, such as `answer:1`."""
    session.flush()
    looks = looks_of(session, house, insight)
    people = People(session, house)
    closes = insight.state == DECIDED
    for submission in model.submissions(session, house, insight):
        first, *others = (_note(session, house, submission, fact) for fact in facts)
        if first is None or people.by_slack(submission.submitter) is None:
            continue
        message_id = _say(session, house, insight, submission, looks, first, part)
        for told in (first, *filter(None, others)):
            change(session, told, message_id=message_id)
        closes = True
    if closes:
        timers.arm(session, house, _key(insight), CLOSING, f"insight:{insight.id}", house.clock.now() + SOON)


def _note(session: Session, house: House, submission: Submission, fact: str) -> Told | None:
    """That they are told this now; none when they were told before."""
    told_id = insert_for_id(
        session, Told, workspace_id=house.workspace_id, insight_id=submission.insight_id, what=fact,
        submitter=submission.submitter, submission_id=submission.id, at=house.clock.now(),
    )  # fmt: skip
    return session.get_one(Told, told_id) if told_id is not None else None


def _tracking_card(
    session: Session, house: House, insight: Insight, submission: Submission, looks: Looks | None = None
) -> blocks.Message:
    question = open_question(session, house, submission) if insight.state == NEEDS_INFO else None
    looks = looks or looks_of(session, house, insight)
    by = People(session, house).called(submission.submitter) if submission.under is not None else ""
    return messages.tracking_card(house, insight, submission, looks, question, by)


def _say(
    session: Session, house: House, insight: Insight, submission: Submission, looks: Looks, told: Told, part: str
) -> int | None:
    """Returns the message that says it; none when their day message does."""
    if not submission.is_own:
        if may_see(session, house, insight, submission.submitter):
            said = messages.told_words(house, insight, submission, looks, part)
            title, text = said.title, said.in_short
        else:
            title, text = messages.told_restricted(house, insight, submission)
        prompts.tell(session, house, submission.submitter, news_key(told), title, text)
        return None
    # In a channel nobody is notified of what does not name them.
    mention = submission.submitter if submission.under is not None else ""
    message = messages.told(house, insight, submission, looks, part, mention)
    return say_under(session, house, submission, message, f"insights:told:{submission.id}:{insight.id}:{told.what}")


def _say_directly(session: Session, house: House, insight: Insight, told: Told) -> int | None:
    """The thread is gone: say it in their DM instead."""
    submission = session.get_one(Submission, told.submission_id)
    if People(session, house).by_slack(told.submitter) is None:
        return None
    part = told.what.partition(":")[0]
    message = messages.told(house, insight, submission, looks_of(session, house, insight), part)
    dedupe = f"insights:told:{submission.id}:{insight.id}:{told.what}:directly"
    return outbox.post(session, house, told.submitter, message, kind="insights.told", dedupe=dedupe)


def _needs_no_message(session: Session, house: House, told: Told) -> bool:
    return People(session, house).by_slack(told.submitter) is None


def _key(insight: Insight) -> str:
    return f"{CLOSING}:{insight.id}"
