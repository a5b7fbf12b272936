"""What binds the company stands on the forms that it is about."""

import asyncio
from dataclasses import replace

import pytest

from bot.db import Database
from bot.definitions.organisation import Constraint
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE
from tests.updates.team import berlin, definitions

NO_NAMES = Constraint(id="names", name="Customers are not named", effect="Say how many", forms=("decisions",))
AUDITED = Constraint(id="audit", name="A regulator looks at us", effect="Everything is kept")


@pytest.mark.proves("R23")
def test_what_binds_the_company_stands_on_the_forms_that_it_is_about(
    db: Database, slack: FakeSlack, clock: StoppedClock
) -> None:
    plain = definitions()
    bound = replace(plain, organisation=plain.organisation.model_copy(update={"constraints": (NO_NAMES, AUDITED)}))

    async def top_of(bot: Drumbeat, line: str) -> str:
        await bot.command(line, ALICE)
        return str(bot.slack.last_view()["blocks"][0])

    async def whole() -> None:
        clock.set(berlin(25, 11))
        async with drumbeat(db, slack, clock, bound) as bot:
            for line in ("/decision", "/decision raise"):
                assert "Customers are not named: Say how many" in await top_of(bot, line)
            assert "A regulator looks at us: Everything is kept" in await top_of(bot, "/weekly-update billing")
            assert "Customers are not named" not in str(bot.slack.last_view())

    asyncio.run(whole())
