"""Scoring: each of the two gives their own scores, and once both have, the scorecard is posted."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions.decisions import HEAD_OF_PRODUCT
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import Finding, House, Obligation, Part
from bot.people.flow import require_person
from bot.people.model import People, Person, channel_id
from bot.people.moments import working_moment
from bot.prompts import flow as prompts
from bot.rubric import messages, model
from bot.rubric.caps import Cap
from bot.rubric.model import DONE, HEAD, LIMIT, MANAGER, WAITS, Scores, Scoring
from bot.rubric.scales import DIMENSIONS, SCALES, Scale
from bot.rubric.scorecard import Scorecard
from bot.versions import Version

APART = 2
"""So far apart the two must say why."""
SHOWN = 6
"""Scorings of which the trend is shown."""
EVERY = timedelta(days=100)
PROMPT = "rubric"
"""The kind of prompt that asks for the second scores; its ref is the id of the scoring."""
REMIND_AFTER, OTHERS_AFTER = timedelta(days=3), timedelta(days=7)
ROLES = {HEAD: HEAD_OF_PRODUCT, MANAGER: "product_manager"}


def scorecards(session: Session, house: House) -> list[Scorecard]:
    """The last ones, the newest first."""
    people, done = People(session, house), model.last_done(session, house, SHOWN)
    given = model.given(session, house, [each.id for each in done])
    return [_card(people, each, given[each.id]) for each in done]


def latest(session: Session, house: House) -> Scorecard | None:
    return next(iter(scorecards(session, house)), None)


def seat(session: Session, house: House, slack_id: str) -> str:
    """As whom somebody scores now; a `UserError` for whoever may not."""
    person, given = require_person(session, house, slack_id), _given(session, house)
    mine = [each for each in (HEAD, MANAGER) if ROLES[each] in person.roles]
    if not mine:
        raise UserError("The head of product and one product manager score the operating system, each on their own.")
    free = [each for each in mine if each not in given or given[each].person == slack_id]
    if taken := [each for each, scores in given.items() if scores.person == slack_id]:
        return taken[0]
    if not free:
        name = People(session, house).called(given[mine[0]].person)
        raise UserError(f"{name} has scored already. Who is asked now is {messages.SEATS[_other(mine[0])]}.")
    return free[0]


def score(
    session: Session, house: House, slack_id: str, number: int, caps: Sequence[Cap],
    scores: Mapping[str, str], comments: Mapping[str, str],
) -> Scoring:  # fmt: skip
    """Keep what one of the two gives, as typed by dimension; `FieldErrors` at `score_…` and `comment_…`."""
    seat(session, house, slack_id)
    if model.waiting(session, house) is None and number == model.next_number(session, house):
        model.begin(session, house, number, scale_now(house).id)
    scoring = model.waiting(session, house, hold=True)
    if scoring is None or scoring.number != number:
        raise UserError("That scoring is over. `/cadence rubric` shows what came of it.")
    # Only now nobody else can take the seat.
    mine = seat(session, house, slack_id)
    given, scale = _given(session, house), SCALES[scoring.scale]
    other = given.get(_other(mine))
    kept = _checked(scale, caps, scores, comments, other.scores if other else {})
    before = given.get(mine)
    if before is None:
        before = Scores(workspace_id=house.workspace_id, scoring_id=scoring.id, seat=mine)
        session.add(before)
    before.person, before.given_at, before.given = slack_id, house.clock.now(), kept
    if other is not None:
        scoring.state, scoring.done_at = DONE, house.clock.now()
    session.flush()
    if other is None:
        _ask(session, house, scoring, _other(mine), slack_id)
    else:
        _ask_no_more(session, house, scoring)
    record(session, house, "rubric.scored", f"rubric:{number}", actor=slack_id, seat=mine, scores=dict(before.scores))
    if other is not None:
        _post(session, house)
    return scoring


def scale_now(house: House) -> Scale:
    """The one that charter.yaml names."""
    return SCALES[house.definitions.charter.rubric if house.definitions.charter else "R-A"]


def to_score(session: Session, house: House) -> tuple[int, Scale]:
    """The number of the scoring that a form is for, and its scale."""
    scoring = model.waiting(session, house)
    return (scoring.number, SCALES[scoring.scale]) if scoring else (model.next_number(session, house), scale_now(house))


def still_to_score(session: Session, house: House) -> list[str]:
    """The seats that are empty in a scoring that has begun; none when no scoring has."""
    return [each for each in (HEAD, MANAGER) if each not in given] if (given := _given(session, house)) else []


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """For whoever may take the empty seat of a scoring that has begun."""
    person = People(session, house).by_slack(slack_id)
    if person is None or not _may_take(person, {}):
        return []
    given = _given(session, house)
    if not given or slack_id in {each.person for each in given.values()}:
        return []
    return [messages.obligation(house)] if _may_take(person, given) else []


def prompt_part(session: Session, house: House, ref: str) -> Part | None:
    """How it looks to whoever is asked to score as the second."""
    scoring = session.get(Scoring, int(ref))
    if scoring is None or scoring.workspace_id != house.workspace_id:
        return None
    now = model.waiting(session, house)
    return messages.part(house, _given(session, house), is_waiting=now is not None and now.id == scoring.id)


def findings(session: Session, house: House) -> Iterator[Finding]:
    """IM09: nobody has scored it for a hundred days, or what they scored is below the bar."""
    card, heads = latest(session, house), People(session, house).with_role(HEAD_OF_PRODUCT)
    message = ""
    if card is not None and house.clock.now() - card.at >= EVERY:
        message = messages.unscored(house, (house.clock.now() - card.at).days)
    elif card is not None and not card.passes:
        message = messages.below(house, card.total, card.scale, card.weakest, min(card.scores.values()))
    elif card is None:
        first = session.get(Version, (house.workspace_id, 1))
        if first is not None and house.clock.now() - first.applied_at >= EVERY:
            message = messages.unscored(house, None)
    if message:
        yield Finding(
            rule="IM09",
            about="rubric",
            message=message,
            owner=heads[0].slack_id if heads else None,
            mend="`/cadence rubric` shows what holds it down, and scores it",
            action_id="rubric.score",
            value="now",
            label="Score it",
        )


def _ask(session: Session, house: House, scoring: Scoring, seat: str, by: str) -> None:
    """Whoever may take the empty seat is asked: of several the one whose turn it is, the others a week later."""
    people, now, last = People(session, house), house.clock.now(), model.last_given(session, house)

    def turn(person: Person) -> tuple[bool, bool, str, str]:
        scored = last.get(person.slack_id)
        is_away = people.away_because(person, person.today(now)) is not None
        return is_away, scored is not None, str(scored), person.ref

    who = [each for each in people.with_role(ROLES[seat]) if each.slack_id != by]
    for n, person in enumerate(sorted(who, key=turn)):
        at = working_moment(house, person, now + (OTHERS_AFTER if n else timedelta()))
        prompts.ask(
            session, house, person.slack_id, _key(scoring, person), PROMPT, str(scoring.id),
            at=at, remind_at=at + REMIND_AFTER, deadline=scoring.opened_at + WAITS,
        )  # fmt: skip


def _ask_no_more(session: Session, house: House, scoring: Scoring) -> None:
    people = People(session, house)
    for person in {each.slack_id: each for role in ROLES.values() for each in people.with_role(role)}.values():
        prompts.changed(session, house, _key(scoring, person))


def _key(scoring: Scoring, person: Person) -> str:
    return f"{PROMPT}:{scoring.id}:{person.slack_id}"


def _checked(
    scale: Scale, caps: Sequence[Cap], scores: Mapping[str, str], comments: Mapping[str, str], other: Mapping[str, int]
) -> dict[str, dict[str, object]]:
    held, wrong, kept = {each.dimension: each for each in caps}, {}, {}
    for dimension in DIMENSIONS:
        typed, comment = scores.get(dimension, ""), comments.get(dimension, "").strip()
        score = next((each for each in scale.says if str(each) == typed), None)
        if score is None:
            wrong[f"score_{dimension}"] = "Choose a score."
            continue
        cap = held.get(dimension)
        most = scale.allowed[cap.most] if cap else scale.highest
        if len(comment) > LIMIT:
            wrong[f"comment_{dimension}"] = f"Keep this under {LIMIT} characters."
        elif score > most and cap and not comment:
            wrong[f"comment_{dimension}"] = f"At most {most}: {cap.reason}. Say why it deserves more."[:150]
        elif dimension in other and abs(other[dimension] - score) >= APART and not comment:
            wrong[f"comment_{dimension}"] = f"The other score is {other[dimension]}. Say why you see it otherwise."
        kept[dimension] = {"score": score, "most": most, "because": cap.reason if cap else "", "comment": comment}
    if wrong:
        raise FieldErrors(wrong)
    return kept


def _post(session: Session, house: House) -> None:
    cards = scorecards(session, house)
    channel = channel_id(session, house, house.definitions.organisation.channels.product_ops)
    pages, key = messages.scorecard(house, cards), f"rubric:{cards[0].number}"
    outbox.post_pages(session, house, channel, pages, kind="rubric.scorecard", dedupe=key)


def _card(people: People, scoring: Scoring, given: Mapping[str, Scores]) -> Scorecard:
    counts = {each: min(scores.scores[each] for scores in given.values()) for each in DIMENSIONS}
    names = {seat: people.called(given[seat].person) for seat in (HEAD, MANAGER)}
    said = {seat: given[seat].given for seat in (HEAD, MANAGER)}
    return Scorecard(scoring.number, SCALES[scoring.scale], scoring.done_at or scoring.opened_at, names, said, counts)


def _given(session: Session, house: House) -> dict[str, Scores]:
    """What was given in the scoring that waits for a second person, by seat."""
    scoring = model.waiting(session, house)
    return model.given(session, house, [scoring.id])[scoring.id] if scoring else {}


def _may_take(person: Person, given: Mapping[str, Scores]) -> bool:
    return any(each not in given and ROLES[each] in person.roles for each in ROLES)


def _other(seat: str) -> str:
    return MANAGER if seat == HEAD else HEAD
