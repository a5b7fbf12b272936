"""A bundle on either database: written, published, confirmed by two at the same moment, and tested."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from bot import app
from bot.db import Database
from bot.enablement import confirming, model, questions, standing, writing
from bot.enablement.model import READ
from bot.enablement.questions import Typed
from bot.errors import UserError
from bot.house import House
from bot.releases.flow import find
from tests.enablement.bundles import BUNDLE, counted, publish, register
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, CHARLIE
from tests.releases.launch import DANA, definitions, introduce

TEST = Typed("Who pays first?", "Nobody\n*The first named", "questions")


@pytest.fixture
def house(any_db: Database, clock: StoppedClock) -> House:
    made = make_house(any_db, clock=clock, definitions=definitions(bundle=BUNDLE), links=app.LINKS)
    with any_db.transaction() as session:
        introduce(session, made)
        register(session, made)
    return made


def together(house: House, *verbs: Callable[[Session], object]) -> list[str]:
    """Do all at the same moment; returns why some were refused."""

    def run(verb: Callable[[Session], object]) -> None:
        try:
            house.db.call(verb)
        except UserError as error:
            refused.append(str(error))

    refused: list[str] = []
    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_two_who_confirm_at_the_same_moment_both_count(house: House) -> None:
    with house.db.transaction() as session:
        release = find(session, house, "atlas")
        questions.write(session, house, ALICE, str(release.id), [TEST])
        publish(session, house, release)
        (question,) = model.questions(session, house, release.id)
    refused = together(
        house,
        *(
            lambda session, person=person: confirming.confirm(session, house, person, str(release.id), READ)
            for person in (CHARLIE, DANA, CHARLIE, DANA)
        ),
    )
    with house.db.transaction() as session:
        assert counted(standing.of(session, house, find(session, house, "atlas"))) == [(2, 2, True)]
        for right in ("0", "1"):
            questions.answer(session, house, CHARLIE, str(release.id), {str(question.id): right})
        assert [(each.right, each.of) for each in model.results(session, house, release.id).values()] == [(1, 1)]
    assert refused == []


def test_of_two_who_write_the_same_section_at_the_same_moment_one_is_kept_and_the_other_told(house: House) -> None:
    with house.db.transaction() as session:
        id = str(find(session, house, "atlas").id)
    opened = {"questions": writing.shown("")}
    refused = together(
        house,
        *(
            lambda session, person=person: writing.write(session, house, person, id, opened, {"questions": person})
            for person in (CHARLIE, DANA)
        ),
    )
    (told,) = refused
    assert told.startswith("While you had the form open,")


def test_a_section_is_written_and_published_by_two_at_the_same_moment_without_loss(house: House) -> None:
    with house.db.transaction() as session:
        release = find(session, house, "atlas")
        publish(session, house, release)
        opened = {piece.rule.id: writing.shown(piece.text) for piece in _pieces(session, house)}
    together(
        house,
        lambda session: writing.write(
            session, house, CHARLIE, str(release.id), opened, {"questions": "Nobody asks."}, "Nobody asks"
        ),
        lambda session: writing.write(
            session, house, ALICE, str(release.id), opened, {"change": "A third payer, too."}, "A third payer"
        ),
    )
    with house.db.transaction() as session:
        assert [piece.text for piece in _pieces(session, house)][:2] == ["A third payer, too.", "Nobody asks."]
        stands = standing.of(session, house, find(session, house, "atlas"))
        assert stands is not None and stands.edition is not None
        assert (stands.edition.number, stands.has_changed) == (3, False)


def _pieces(session: Session, house: House) -> tuple[standing.Piece, ...]:
    stands = standing.of(session, house, find(session, house, "atlas"))
    assert stands is not None
    return stands.pieces
