"""Scoring: each of the two gives their own scores, and once both have, the scorecard is posted."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions.decisions import HEAD_OF_PRODUCT
from bot.delivery import outbox
from bot.errors import FieldErrors, UserError
from bot.house import Finding, House, Obligation
from bot.people.flow import require_person
from bot.people.model import People, Person, channel_id
from bot.rubric import messages, model
from bot.rubric.caps import Cap
from bot.rubric.model import DONE, HEAD, LIMIT, MANAGER, Scores, Scoring
from bot.rubric.scales import DIMENSIONS, SCALES, Scale
from bot.rubric.scorecard import Scorecard
from bot.versions import Version

APART = 2
"""So far apart the two must say why."""
SHOWN = 6
"""Scorings of which the trend is shown."""
EVERY = timedelta(days=100)
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
    first, *rest = messages.scorecard(house, cards)
    dedupe = f"rubric:{cards[0].number}"
    head = outbox.post(session, house, channel, first, kind="rubric.scorecard", dedupe=dedupe)
    for n, page in enumerate(rest, start=1):
        each = f"{dedupe}:{n}"
        outbox.post(session, house, channel, page, kind="rubric.scorecard", dedupe=each, thread_of=head)


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
