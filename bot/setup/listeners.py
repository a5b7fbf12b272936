"""How Slack asks the interview's questions."""

import asyncio
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.errors import UserError
from bot.gesture import Gesture, refusal
from bot.house import House, Planned
from bot.people.flow import require_person
from bot.people.model import People
from bot.setup import assuming, flow, measuring, messages, model
from bot.setup.flow import Proposal, Saved, Stand
from bot.setup.questions import MORE, MOST_NAME, QUESTIONS, Question, asked_for
from bot.tables import Command, Tables


async def show(gesture: Gesture, house: House) -> None:
    """`/cadence setup`: how far it is."""
    await gesture.reply(await house.db.run(_progress, house, gesture.user))


async def answer(gesture: Gesture, house: House) -> None:
    """Open the form of a question."""
    question = _question(gesture.value)

    def verb(session: Session) -> View:
        flow.require_setter(session, house, gesture.user)
        return _form(session, house, flow.stand(session, house), question)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def answered(gesture: Gesture, house: House) -> None:
    """A form was filled in: once that is kept, the next one comes."""
    name, _, seen = gesture.metadata.partition(":")
    question = _question(name)
    given = {field.id: gesture.field_values(field.id) for field in question.fields}
    people = [each for field in question.fields if field.kind == "person" for each in given[field.id]]
    names = await _names(gesture, house, people)

    def verb(session: Session) -> View:
        flow.require_setter(session, house, gesture.user)
        before = flow.initial(flow.stand(session, house), question)
        whole = {
            field.id: messages.with_what_did_not_fit(field, given[field.id], before.get(field.id))
            for field in question.fields
        }
        saved = flow.save(session, house, gesture.user, question, whole, seen=int(seen or 0), names=names)
        return _following(session, house, saved, question)

    await gesture.replace_view(await house.db.run(verb))


async def unknown(gesture: Gesture, house: House) -> None:
    """*I don't know yet*, of a whole question."""

    def verb(session: Session) -> Message:
        flow.require_setter(session, house, gesture.user)
        flow.keep_unknown(session, house, gesture.user, _question(gesture.value))
        return _progress(session, house, gesture.user)

    await gesture.reply(await house.db.run(verb))


async def skip(gesture: Gesture, house: House) -> None:
    """*Use the starter, adjust later*: what is proposed then is shown."""

    def verb(session: Session) -> None:
        flow.require_setter(session, house, gesture.user)
        flow.skip(session, house, gesture.user)

    await house.db.run(verb)
    await propose(gesture, house)


async def propose(gesture: Gesture, house: House) -> None:
    """What comes of it, with what it would change."""

    def verb(session: Session) -> tuple[Proposal, list[str]]:
        flow.require_setter(session, house, gesture.user)
        proposal, called = flow.propose(session, house), model.calling(session, house)
        return proposal, [messages.proposed_line(house, each, called) for each in proposal.stand.resolved.assumed]

    if gesture.respond is not None:
        # To plan takes a while, and Slack waits for three seconds.
        await gesture.accept()
    proposal, assumed = await house.db.run(verb)
    planned = await asyncio.to_thread(_planned, house, proposal)
    composed, resolved = proposal.composed, proposal.stand.resolved
    for page in messages.proposal(house, composed, resolved, planned, proposal.of, assumed):
        await gesture.reply(page)


async def choose(gesture: Gesture, house: House) -> None:
    """Another preset; what comes of that is shown."""

    def verb(session: Session) -> None:
        flow.require_setter(session, house, gesture.user)
        flow.choose_preset(session, house, gesture.user, gesture.value)

    await house.db.run(verb)
    await propose(gesture, house)


async def apply(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> Message:
        flow.require_setter(session, house, gesture.user)
        number = flow.apply(session, house, gesture.user, gesture.value)
        return messages.applied(house, number, len(flow.stand(session, house).resolved.assumed))

    if gesture.respond is not None:
        await gesture.accept()
    await gesture.reply(await house.db.run(verb))


async def leave(gesture: Gesture, house: House) -> None:
    """*Leave all as it is*: the tile goes off Home."""

    def verb(session: Session) -> None:
        flow.require_setter(session, house, gesture.user)
        flow.leave_as_it_is(session, house, gesture.user)

    await house.db.run(verb)
    await gesture.accept()


def _progress(session: Session, house: House, user: str) -> Message:
    flow.require_setter(session, house, user)
    found = flow.stand(session, house)
    called = model.calling(session, house)
    lines = [
        messages.answer_line(house, each, found.given[each.id].values if each.id in found.given else None, called)
        for each in QUESTIONS.values()
        if each is not MORE or each.id in found.answers
    ]
    done = found.done.at.astimezone(house.definitions.organisation.zone).date() if found.done else None
    again = [QUESTIONS[id] for id in QUESTIONS if id in found.answers]
    return messages.progress(house, found.answered, lines, found.next, done, again)


def _form(session: Session, house: House, found: Stand, question: Question, note: str = "") -> View:
    before = found.answers.get(question.id)
    people, initial = People(session, house), flow.initial(found, question)
    for field in question.fields:
        if field.kind == "person" and (ref := initial.get(field.id)):
            person = people.by_ref(ref)
            initial[field.id] = person.slack_id if person else ref
    return messages.form(
        house,
        question,
        flow.fields_asked(found, question),
        initial,
        answered=found.answered,
        seen=before.id if before else 0,
        note=note,
    )


def _following(session: Session, house: House, saved: Saved, question: Question) -> View:
    note = ""
    if saved.overtaken:
        name = People(session, house).called(saved.overtaken.by)
        called = model.calling(session, house)
        note = messages.overtaken(house, name, question, saved.overtaken.values, called)
    following = saved.stand.next
    if following is None:
        return messages.all_asked(house, note)
    return _form(session, house, saved.stand, following, note)


def _planned(house: House, proposal: Proposal) -> Planned:
    assert house.links.definitions is not None
    return house.links.definitions.plan(house, proposal.composed.texts)


def _question(id: str) -> Question:
    if id not in QUESTIONS:
        raise UserError("There is no such question any more. `/cadence setup` shows which there are.")
    return QUESTIONS[id]


async def _names(gesture: Gesture, house: House, people: list[str]) -> dict[str, str]:
    """What those are called in Slack whom the definitions do not have."""

    def strangers(session: Session) -> list[str]:
        return [each for each in dict.fromkeys(people) if People(session, house).by_slack(each) is None]

    found = {}
    for each in await house.db.run(strangers) if people else []:
        try:
            user = (await gesture.client.users_info(user=each))["user"]
        except Exception as error:
            if not refusal(error):
                raise
            continue
        found[each] = str(user.get("real_name") or user.get("name") or each)[:MOST_NAME]
    return found


async def confirm(gesture: Gesture, house: House) -> None:
    """*Yes, confirm*, of an assumption."""

    def verb(session: Session) -> Message:
        number = assuming.confirm(session, house, gesture.user, gesture.value)
        return messages.confirmed(house, assuming.label_of(house, gesture.value), number)

    await gesture.reply(await house.db.run(verb))


async def change(gesture: Gesture, house: House) -> None:
    """*Change it*: the question that it came from, asked again."""
    if measuring.asks(gesture.value):
        # The interview asks for the number of the first outcome alone.
        measure = gesture.value.rpartition(".")[2]
        raise UserError(
            f"The number stands in measures.yaml, as the `target` of {measure}: change it there, run `drumbeat apply`, "
            "then confirm it here."
        )
    asked = asked_for(gesture.value)
    if asked is None:
        raise UserError(
            f"The interview does not ask for `{gesture.value}`: change it in the files, then `drumbeat apply`."
        )
    await answer(replace(gesture, value=asked[0].id), house)


async def put_off(gesture: Gesture, house: House) -> None:
    """*Another day or person*, of an assumption."""

    def verb(session: Session) -> View:
        found = assuming.changeable(session, house, gesture.user, gesture.value)
        owner = People(session, house).by_ref(found.owner)
        label, value = assuming.label_of(house, found.what), assuming.value_of(session, house, found)
        return messages.put_off(house, found, label, value, owner.slack_id if owner else "")

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def is_put_off(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        what, owner, day = gesture.metadata, gesture.field("owner"), gesture.field("day")
        assuming.put_off(session, house, gesture.user, what, owner, day)
        name = People(session, house).called(owner)
        return messages.is_put_off(house, assuming.label_of(house, what), name, date.fromisoformat(day))

    await gesture.replace_view(await house.db.run(verb))


async def list_assumptions(gesture: Gesture, house: House) -> None:
    """`/cadence assumptions`"""

    def verb(session: Session) -> list[Message]:
        require_person(session, house, gesture.user)
        return assuming.listed(session, house, gesture.user)

    for page in await house.db.run(verb):
        await gesture.reply(page)


TABLES = Tables(
    verbs={
        "setup": Command(show, "Set up how you work: five questions, and what comes of them"),
        "assumptions": Command(list_assumptions, "What is taken for true until somebody confirms it"),
    },
    actions={
        "setup.answer": answer,
        "setup.unknown": unknown,
        "setup.skip": skip,
        "setup.propose": propose,
        "setup.preset": choose,
        "setup.apply": apply,
        "setup.leave": leave,
        "setup.confirm": confirm,
        "setup.change": change,
        "setup.put_off": put_off,
    },
    views={"setup.answer": answered, "setup.put_off": is_put_off},
)
