"""The poll: who is asked, how an answer is kept, and that counts never show who gave one."""

import pytest

from bot.db import Database
from bot.errors import UserError
from bot.house import House
from bot.lookback import awareness, messages, model, outcome
from bot.lookback.model import Awareness
from tests.fakes import StoppedClock
from tests.lookback import after
from tests.lookback.after import THURSDAY, atlas, go_live, told
from tests.people import ALICE, BOB, CHARLIE
from tests.prompts.asking import turn_to
from tests.releases.launch import DANA, ERIN, GRACE
from tests.updates.team import berlin

ASKED = "Did you know in time that this was coming?"


def say(house: House, person: str, said: str) -> None:
    with house.db.transaction() as session:
        awareness.answer(session, house, person, str(atlas(session, house).id), said)


def rows(*said: tuple[str, str]) -> list[Awareness]:
    """One row for each function and answer."""
    return [Awareness(person=f"U{n}", function=function, answer=answer) for n, (function, answer) in enumerate(said)]


@pytest.mark.proves("F8")
def test_everybody_in_the_affected_functions_is_asked_once_and_nobody_else(
    db: Database, house: House, clock: StoppedClock
) -> None:
    go_live(house)
    turn_to(house, clock, THURSDAY)
    for person in (CHARLIE, DANA):
        assert told(house, person).count(ASKED) == 1
        assert "[I knew in time] [Too late to prepare] [I did not know]" in told(house, person)
    assert ASKED not in "".join(told(house, person) for person in (ALICE, BOB, ERIN, GRACE))
    turn_to(house, clock, berlin(27, 12))
    assert told(house, DANA).count(ASKED) == 1


def test_an_answer_closes_the_question_and_stays_the_persons_own(
    db: Database, house: House, clock: StoppedClock
) -> None:
    go_live(house)
    turn_to(house, clock, THURSDAY)
    say(house, DANA, "too_late")
    assert "You said: Too late to prepare. Thank you." in told(house, DANA)
    assert "1 of 2 have answered; counts are shown from 5 on." in after.card(db)
    assert "Dana" not in after.card(db)
    assert "1 too late" not in after.card(db)


def test_who_was_not_asked_or_answers_after_the_report_is_refused(
    db: Database, house: House, clock: StoppedClock
) -> None:
    go_live(house)
    turn_to(house, clock, THURSDAY)
    for person, said in ((ERIN, "in_time"), (DANA, "perhaps")):
        with pytest.raises(UserError, match="not asked about Atlas"):
            say(house, person, said)
    turn_to(house, clock, berlin(7, 9, month=12))
    with pytest.raises(UserError, match="not any more"):
        say(house, DANA, "in_time")


def test_those_are_asked_who_were_named_and_told(db: Database, house: House) -> None:
    go_live(house)
    with db.transaction() as session:
        release = atlas(session, house)
        release.functions, release.audience = ["engineering"], "Whoever builds invoices, and not Support"
        assert awareness.affected(house, release) == ["engineering"]
        release.accounts = "Borealis"
    house = after.without(house, comms={"account_owners": "security"})
    with db.transaction() as session:
        assert awareness.affected(house, atlas(session, house)) == ["engineering", "security"]


def test_the_functions_that_sign_off_are_asked_where_a_release_names_none(db: Database, house: House) -> None:
    go_live(house)
    with db.transaction() as session:
        release = atlas(session, house)
        assert awareness.affected(house, release) == ["support"]
        release.audience = "Everybody at Engineering and in the Security team"
        assert awareness.affected(house, release) == ["engineering", "security"]
        release.audience = "All customers"
        assert awareness.affected(house, release) == ["support"]


@pytest.mark.parametrize(
    ("support", "sales", "shown"),
    [
        (5, 0, ["support"]),
        (5, 5, ["sales", "support"]),
        # Four would be known by what five lack to nine.
        (5, 4, []),
        (4, 0, []),
    ],
)
def test_a_function_is_counted_from_five_answers_on_and_where_it_gives_no_other_away(
    support: int, sales: int, shown: list[str]
) -> None:
    everybody, found = awareness.counts(rows(*[("support", "in_time")] * support, *[("sales", "unaware")] * sales))
    assert (everybody.answered, [each.function for each in found]) == (support + sales, shown)


def test_counts_are_said_in_words(db: Database, house: House) -> None:
    go_live(house)
    said = ["in_time", "in_time", "too_late", "unaware", "unaware", ""]
    with db.transaction() as session:
        release = atlas(session, house)
        session.add_all(
            Awareness(
                workspace_id=house.workspace_id, release_id=release.id, person=f"U{n}", function="support", answer=each
            )
            for n, each in enumerate(said)
        )
        begun = model.look_back(session, house, release.id)
        assert begun is not None
        lines = messages.awareness_lines(house, outcome.gather(session, house, release, begun))
    counted = "2 of 5 knew in time, 1 too late, 2 did not know (6 asked)"
    assert lines == [f"Everybody: {counted}", f"Support: {counted}"]
