"""How Slack asks about the rubric: show it, open the form, take the scores."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.errors import UserError
from bot.gesture import Gesture
from bot.house import House
from bot.metadata import read
from bot.people.flow import require_person
from bot.rubric import flow, messages, model
from bot.rubric.caps import Cap, caps
from bot.rubric.facts import facts
from bot.rubric.model import DONE
from bot.rubric.scales import DIMENSIONS
from bot.tables import Command, Tables

ChangelogAge = Callable[[Session, House], int | None]
"""How many days ago it was last told what was changed; none when it never was."""


def tables(changelog_age: ChangelogAge) -> Tables:
    """What Slack asks for, by a changelog that another room keeps."""

    def held(session: Session, house: House) -> list[Cap]:
        return caps(facts(session, house, changelog_age(session, house)))

    async def show(gesture: Gesture, house: House) -> None:
        """`/cadence rubric`: the last scorecard, and what the facts allow now."""
        # To look at all of them takes a while, and Slack waits for three seconds.
        await gesture.accept()

        def verb(session: Session) -> list[Message]:
            require_person(session, house, gesture.user)
            _, scale = flow.to_score(session, house)
            cards, missing = flow.scorecards(session, house), flow.still_to_score(session, house)
            may = _may_score(session, house, gesture.user)
            return messages.now(house, cards, scale, held(session, house), missing, may=may)

        for page in await house.db.run(verb):
            await gesture.reply(page)

    async def open_form(gesture: Gesture, house: House) -> None:
        def verb(session: Session) -> View:
            mine = flow.seat(session, house, gesture.user)
            number, scale = flow.to_score(session, house)
            scoring = model.waiting(session, house)
            before = model.given(session, house, [scoring.id])[scoring.id].get(mine) if scoring else None
            return messages.form(house, number, scale, held(session, house), before.given if before else {})

        # Not accepted first, as above: Slack takes no form later than in these three seconds either.
        await gesture.open(await house.db.run(verb))
        await gesture.accept()

    async def scored(gesture: Gesture, house: House) -> None:
        number, _, _ = read(gesture)
        scores = {each: gesture.field(f"score_{each}") for each in DIMENSIONS}
        comments = {each: gesture.field(f"comment_{each}") for each in DIMENSIONS}

        def verb(session: Session) -> View:
            known = int(number) if number.isascii() and number.isdecimal() and len(number) <= 9 else 0
            allowed = held(session, house)
            scoring = flow.score(session, house, gesture.user, known, allowed, scores, comments)
            return messages.kept(house, is_done=scoring.state == DONE)

        # Here Slack waits for what takes the form's place, or for what is wrong in it.
        await gesture.replace_view(await house.db.run(verb))

    return Tables(
        verbs={"rubric": Command(show, "Show how good this way of working is, and score it")},
        actions={"rubric.score": open_form},
        views={"rubric.scored": scored},
    )


def _may_score(session: Session, house: House, slack_id: str) -> bool:
    try:
        flow.seat(session, house, slack_id)
    except UserError:
        return False
    return True
