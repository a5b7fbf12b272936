"""Several people at the same release at the same time, on SQLite and on PostgreSQL."""

import threading
import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import Changed, FieldErrors
from bot.house import House
from bot.releases import flow
from bot.releases.card import check
from tests.fakes import make_house, promised
from tests.people import ALICE
from tests.releases.launch import ANSWERS, definitions, done, introduce, register, settle_everything, sign


def test_the_card_shows_what_two_people_did_at_once(any_db: Database) -> None:
    house = _house(any_db)
    with any_db.transaction() as session:
        check(session, house, ALICE, register(session, house))

    def first(session: Session) -> None:
        done(session, house, flow.find(session, house, "atlas"), 2)

    def second(session: Session) -> None:
        sign(session, house, flow.find(session, house, "atlas"))

    assert _at_once(any_db, first, second) == [None, None]
    (card,) = promised(any_db, "release.card")
    assert "Gates: 2 of 3 settled" in card.text


def test_of_two_answers_to_one_form_one_is_kept(any_db: Database) -> None:
    house = _house(any_db)
    with any_db.transaction() as session:
        release_id = str(register(session, house).id)

    def answer(session: Session) -> None:
        flow.answer(session, house, ALICE, release_id, 1, ANSWERS)

    assert _at_once(any_db, answer, answer) == [None, Changed]


def test_of_two_releases_of_one_name_one_is_registered(any_db: Database) -> None:
    house = _house(any_db)

    def new(session: Session) -> None:
        register(session, house)

    assert _at_once(any_db, new, new) == [None, FieldErrors]


def test_a_release_goes_its_whole_way(any_db: Database) -> None:
    house = _house(any_db)
    with any_db.transaction() as session:
        release = register(session, house)
        settle_everything(session, house, release)
        assert check(session, house, ALICE, release).recommendation == "go"


def _house(db: Database) -> House:
    house = make_house(db, definitions=definitions())
    with db.transaction() as session:
        introduce(session, house)
    return house


def _at_once(db: Database, *verbs: Callable[[Session], None]) -> list[type[Exception] | None]:
    """Run the first verb, and the second while the first has not committed; what became of each."""
    outcomes: list[type[Exception] | None] = [None, None]
    begun = threading.Event()

    def run(number: int) -> None:
        try:
            with db.transaction() as session:
                if number == 0:
                    verbs[0](session)
                    begun.set()
                    # Long enough for the other to run into what this one has not committed.
                    time.sleep(0.3)
                else:
                    verbs[1](session)
        except (Changed, FieldErrors) as error:
            outcomes[number] = type(error)

    first = threading.Thread(target=run, args=(0,))
    first.start()
    assert begun.wait(10)
    second = threading.Thread(target=run, args=(1,))
    second.start()
    for thread in (first, second):
        thread.join(20)
    return outcomes
