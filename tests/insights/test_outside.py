"""What programs do with insights over HTTP: they bring them, and ask what became of them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot import app
from bot.audit import Event
from bot.house import House
from bot.insights import answering, merging, triage
from bot.insights.model import Insight, Submission
from bot.prompts.model import NEWS, Prompt
from tests.api.caller import Answered, Program, calling
from tests.fakes import promised
from tests.insights import world
from tests.insights.world import INSIGHTS, NO, PRIVATE, TAGS, deliver, run, told
from tests.people import ALICE, BOB, CHARLIE
from tests.releases import launch
from tests.releases.launch import FRANK

TICKET: dict[str, Any] = {
    "what": "Invoices cannot be split",
    "severity": "high",
    "source": "support",
    "area": "billing",
    "theme": "pricing",
    "segment": "smb",
    "evidence": "tickets",
    "cause": "bug",
    "proof": "12 tickets",
    "accounts": 40,
    "revenue": "EUR 120k",
    "brought_by": "Ms Lind",
    "ref": "ZD-4711",
    "link": "https://desk.example.com/4711",
}
LEAST = {"what": "The export is slow", "severity": "low", "source": "sales"}


def story(house: House, tell: Callable[[Program], Awaitable[None]]) -> None:
    calling(house, app.ENDPOINTS, tell)


async def get(program: Program, ref: str) -> Answered:
    return await program.call("GET", f"insights/{ref}", key=None)


def all_of(house: House) -> list[tuple[Insight, Submission]]:
    with house.db.transaction() as session:
        query = select(Insight, Submission).join(Submission, Submission.insight_id == Insight.id)
        return [(insight, submission) for insight, submission in session.execute(query.order_by(Submission.id))]


def test_a_ticket_is_logged_with_all_it_says_and_who_vouches_for_its_source_is_told(house: House) -> None:
    async def tell(program: Program) -> None:
        answer = await program.post("insights", TICKET)
        assert answer.status == 201
        assert {name: answer.content[name] for name in ("id", "ref", "state", "severity", "area", "brought")} == {
            "id": "I-1", "ref": "ZD-4711", "state": "new", "severity": "high", "area": "billing", "brought": 1,
        }  # fmt: skip

    story(house, tell)
    ((insight, submission),) = all_of(house)
    assert (insight.theme_id, insight.segment_id, insight.evidence_id, insight.cause_id, insight.proof) == (
        "pricing", "smb", "tickets", "bug", "12 tickets",
    )  # fmt: skip
    assert (submission.submitter, submission.is_own, submission.brought_by) == (CHARLIE, False, "Ms Lind")
    assert (submission.accounts, submission.revenue, submission.permalink) == (
        40, "EUR 120k", "https://desk.example.com/4711",
    )  # fmt: skip
    (card,) = promised(house.db, channel=INSIGHTS)
    assert "Brought by Ms Lind · 40 accounts · Support tickets" in card.text
    assert promised(house.db, channel=CHARLIE) == [], "no card for each ticket"

    run(house, triage.sort, BOB, "I-1", TAGS)
    run(house, answering.dispose, ALICE, "I-1", NO)
    with house.db.transaction() as session:
        news = session.scalars(select(Prompt).where(Prompt.kind == NEWS, Prompt.person == CHARLIE)).one()
        assert news.news is not None
        assert "Few ask for it" in news.news["text"]
        (event,) = session.scalars(select(Event).where(Event.kind == "insight.captured"))
        assert event.actor == "program:deploy pipeline"


def test_without_a_name_it_is_the_programs(house: House) -> None:
    async def tell(program: Program) -> None:
        await program.post("insights", LEAST)

    story(house, tell)
    ((_insight, submission),) = all_of(house)
    assert (submission.submitter, submission.brought_by) == (FRANK, "deploy pipeline")


def test_who_is_named_as_submitter_has_a_card_and_is_told_in_its_thread(house: House) -> None:
    async def tell(program: Program) -> None:
        assert (await program.post("insights", TICKET | {"submitter": ALICE})).status == 201

    story(house, tell)
    assert "you told us" in promised(house.db, channel=ALICE)[0].text
    deliver(house)
    run(house, triage.sort, BOB, "I-1", TAGS)
    run(house, answering.dispose, ALICE, "I-1", NO)
    assert len(told(house, ALICE)) == 1


def test_the_same_ref_of_the_same_source_counts_once(house: House) -> None:
    async def tell(program: Program) -> None:
        first = await program.post("insights", TICKET)
        again = await program.post("insights", TICKET | {"what": "Something else"}, key="another")
        assert (again.status, again.content) == (200, first.content)
        other = await program.post("insights", TICKET | {"source": "sales"}, key="third")
        assert (other.status, other.content["id"]) == (201, "I-2")
        for number in range(2):
            await program.post("insights", LEAST, key=f"without-{number}")

    story(house, tell)
    assert [insight.ref for insight, _ in all_of(house)] == ["I-1", "I-2", "I-3", "I-4"]


def test_a_ref_that_is_somebodys_address_is_known_again_and_kept_nowhere(house: House) -> None:
    async def tell(program: Program) -> None:
        for key, status in (("1", 201), ("2", 200)):
            answer = await program.post("insights", TICKET | {"ref": "anna@example.com"}, key=key)
            assert (answer.status, answer.content["id"]) == (status, "I-1")
        assert (await get(program, "anna@example.com")).content["id"] == "I-1"

    story(house, tell)
    assert "anna" not in (all_of(house)[0][1].form_key or "")


WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"what": " "}, {"what": "This is empty."}),
    ({"what": "x" * 501}, {"what": "Keep this under 500 characters."}),
    ({"severity": "dreadful"}, {"severity": "Write one of 'low', 'medium', 'high' or 'critical'."}),
    ({"proof": ""}, {"proof": "High needs proof"}),
    ({"proof": "x" * 301}, {"proof": "300"}),
    ({"source": "rumours"}, {"source": "There is no source `rumours`. There are: support, sales."}),
    ({"area": "marketing"}, {"area": "There is no area `marketing`"}),
    ({"theme": "fashion", "segment": "x", "evidence": "y", "cause": "z"}, {
        "theme": "no theme", "segment": "no segment", "evidence": "no evidence", "cause": "no cause",
    }),
    ({"accounts": 0}, {"accounts": "a number from 1 to"}),
    ({"accounts": 10**30}, {"accounts": "a number from 1 to"}),
    ({"accounts": "many"}, {"accounts": "integer"}),
    ({"revenue": "x" * 41}, {"revenue": "40"}),
    ({"brought_by": "x" * 121}, {"brought_by": "120"}),
    ({"submitter": "nobody@example.com"}, {"submitter": "Slack knows nobody"}),
    ({"release": "Boreas"}, {"release": "There is no release “Boreas”"}),
    ({"link": "javascript:alert(1)"}, {"link": "is no link"}),
    ({"ref": "x" * 121}, {"ref": "120"}),
    ({"personal": "sell"}, {"personal": "Write one of 'mask' or 'keep'."}),
    ({"because": "x" * 301}, {"because": "300"}),
    ({"waht": "?"}, {"waht": "There is no such field: write `what`."}),
    ({"what": "anna@example.com waits"}, {"what": "personal data (e-mail address): send `personal` as `mask`"}),
    ({"brought_by": "anna@example.com", "proof": "+49 30 1234567"}, {
        "brought_by": "e-mail address", "proof": "phone number",
    }),
    ({"link": "https://desk.example.com/anna@example.com"}, {"link": "e-mail address"}),
    ({"what": "anna@example.com waits", "personal": "keep"}, {"because": "Say why it must stay"}),
]  # fmt: skip


def test_what_does_not_fit_is_said_field_by_field_and_nothing_is_kept(house: House) -> None:
    async def tell(program: Program) -> None:
        for number, (changes, says) in enumerate(WRONG):
            answer = await program.post("insights", TICKET | changes, key=f"wrong-{number}")
            assert answer.status == 422, changes
            assert set(answer.fields) == set(says), changes
            for name, sentence in says.items():
                assert sentence in answer.fields[name], changes

    story(house, tell)
    assert all_of(house) == []
    assert promised(house.db) == []


def test_personal_data_is_masked_or_kept_with_a_reason(house: House) -> None:
    body = TICKET | {"what": "anna@example.com waits", "brought_by": "anna@example.com"}

    async def tell(program: Program) -> None:
        masked = await program.post("insights", body | {"personal": "mask"})
        assert masked.content["what"] == "[e-mail address] waits"
        kept = body | {"personal": "keep", "because": "A test account", "ref": "ZD-2"}
        assert (await program.post("insights", kept, key="2")).content["what"] == "anna@example.com waits"

    story(house, tell)
    assert [submission.brought_by for _, submission in all_of(house)] == ["[e-mail address]", "anna@example.com"]
    with house.db.transaction() as session:
        events = session.scalars(select(Event).where(Event.kind == "insight.captured").order_by(Event.id)).all()
        assert [event.detail["kept_because"] for event in events] == ["", "A test account"]


def test_it_is_read_by_our_id_and_by_theirs_with_what_became_of_it(house: House) -> None:
    async def tell(program: Program) -> None:
        await program.post("insights", TICKET)
        run(house, triage.sort, BOB, "I-1", TAGS)
        run(house, answering.dispose, ALICE, "I-1", NO)
        for ref in ("I-1", "i-1", "ZD-4711"):
            content = (await get(program, ref)).content
            assert (content["id"], content["state"], content["owner"]) == ("I-1", "decided", "Alice")
            assert (content["disposition"], content["reason"]) == ("declined", NO.reason)
            assert content["for_the_customer"] == "We will not do it this year."
        for ref in ("I-2", "ZD-1", "nothing", "I-999999999999"):
            assert (await get(program, ref)).status == 404

        await program.post("insights", TICKET | {"source": "sales"}, key="2")
        assert (await get(program, "ZD-4711")).status == 409
        run(house, merging.merge, BOB, "I-2", "I-1")
        assert (await get(program, "ZD-4711")).content["id"] == "I-1"
        merged = (await get(program, "I-2")).content
        assert (merged["state"], merged["merged_into"]) == ("merged", "I-1")

    story(house, tell)


def test_a_restricted_one_is_not_there_for_programs_nor_in_the_channel(house: House) -> None:
    async def tell(program: Program) -> None:
        answer = await program.post("insights", TICKET | {"theme": "trust"})
        assert answer.content == {"id": "I-1", "ref": "ZD-4711", "restricted": True}
        again = await program.post("insights", TICKET | {"theme": "trust"}, key="again")
        assert (again.status, again.content) == (200, answer.content)
        for ref in ("I-1", "ZD-4711"):
            there, missing = await get(program, ref), await get(program, "I-7")
            assert (there.status, there.content) == (404, missing.content)

    story(house, tell)
    assert promised(house.db, channel=INSIGHTS) == []
    assert len(promised(house.db, channel=PRIVATE)) == 1


def test_the_schema_names_what_there_is_to_choose_from(house: House) -> None:
    async def tell(program: Program) -> None:
        answer = await program.call("GET", "insights/schema", key=None)
        properties = answer.content["POST"]["properties"]
        assert [each["const"] for each in properties["source"]["oneOf"]] == ["support", "sales"]
        assert {"const": "pricing", "description": "Pricing and billing"} in properties["theme"]["oneOf"]
        assert answer.content["POST"]["required"] == ["what", "severity", "source"]

    story(house, tell)


def test_a_release_is_known_by_its_name(house: House) -> None:
    with house.db.transaction() as session:
        atlas = launch.register(session, house)

    async def tell(program: Program) -> None:
        assert (await program.post("insights", TICKET | {"release": "ATLAS"})).status == 201

    story(house, tell)
    assert all_of(house)[0][0].release_id == atlas.id


def test_where_nobody_vouches_any_more_product_ops_is_told(house: House) -> None:
    rules = house.definitions.insights
    assert rules is not None
    gone = rules.model_copy(
        update={"sources": (rules.sources[0].model_copy(update={"owner": "gone@example.com"}), rules.sources[1])}
    )

    async def tell(program: Program) -> None:
        assert (await program.post("insights", TICKET)).status == 201

    story(replace(house, definitions=replace(house.definitions, insights=gone)), tell)
    assert all_of(house)[0][1].submitter == BOB


def test_without_insights_in_the_definitions_a_program_is_told_so(house: House) -> None:
    async def tell(program: Program) -> None:
        answer = await program.post("insights", TICKET)
        assert (answer.status, "not set up" in answer.content["detail"]) == (409, True)
        assert (await program.call("GET", "insights/schema", key=None)).status == 409

    story(replace(house, definitions=replace(house.definitions, insights=None)), tell)


@pytest.mark.parametrize("ref", ["'; --", "{{ 7 * 7 }}", "<!channel>", "🦉"])
def test_any_ref_is_kept_as_it_is(house: House, ref: str) -> None:
    async def tell(program: Program) -> None:
        assert (await program.post("insights", TICKET | {"ref": ref})).content["ref"] == ref
        assert (await program.post("insights", TICKET | {"ref": ref}, key="2")).status == 200

    story(house, tell)


def test_each_workspace_has_its_own(house: House) -> None:
    other = replace(house, workspace_id="T0OTHER")
    with house.db.transaction() as session:
        launch.introduce(session, other)
    world.heard(other)

    async def tell(program: Program) -> None:
        assert (await get(program, "I-1")).status == 404

    story(house, tell)
