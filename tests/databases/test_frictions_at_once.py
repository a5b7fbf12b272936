"""What hampers somebody, sent twice at the same moment, on either database."""

import threading

from bot.db import Database
from bot.quarter import frictions, model
from tests.fakes import StoppedClock
from tests.people import ALICE
from tests.quarter import world
from tests.quarter.world import planning, run


def test_a_form_that_arrives_twice_at_once_is_kept_once(any_db: Database, clock: StoppedClock) -> None:
    house = world.opened(any_db, clock)
    open_now, failed = planning(house), []

    def say() -> None:
        try:
            house.db.call(frictions.say, house, ALICE, open_now, [("Slow builds", "An hour each")])
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=say) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [each.what for each in run(house, model.frictions, open_now.id)] == ["Slow builds"]
