"""The queue as a list, and several of it at once."""

from collections.abc import Sequence

import pytest

from bot.house import House
from bot.insights import model, queue, triage
from bot.insights.model import MERGED, NEW, OUT_OF_SCOPE, ROUTED
from tests.fakes import StoppedClock
from tests.insights.keyboard import Person, triager
from tests.insights.world import heard, run, told
from tests.people import BOB, CHARLIE
from tests.releases.launch import DANA, inputs
from tests.updates.team import berlin

KNOWN = {"segment_id": "smb", "evidence_id": "quote"}


def states(house: House, *refs: str) -> list[str]:
    return [run(house, model.get, ref).state for ref in refs]


def bulk(house: House, person: str = BOB) -> Person:
    found = Person(person)
    found.command(house, "bulk")
    return found


def offered(person: Person) -> Sequence[str]:
    return [each["value"] for each in inputs(person.sees)["chosen"]["options"]]


def test_the_list_marks_what_is_late_and_what_somebody_works_on(house: House, clock: StoppedClock) -> None:
    heard(house, what="Old one", accounts=3)
    clock.set(berlin(2, 10, month=12))
    heard(house, key="two", what="Urgent one", severity="high", proof="7")
    triager(house, CHARLIE, "I-2")
    bob = Person(BOB)
    bob.command(house, "queue")
    text = bob.replies[0]["text"]
    assert "The queue: 2 wait, 1 late" in text
    assert "“Old one”\nLate since Mon 30 Nov, 10:00 · 3 accounts" in text
    assert "“Urgent one”\nDue Thu 3 Dec, 10:00 · Charlie works on it" in text
    assert text.index("Old one") < text.index("Urgent one")


def test_the_list_comes_in_pages(house: House) -> None:
    for number in range(12):
        heard(house, key=f"{number}")
    bob = Person(BOB)
    bob.command(house, "queue")
    assert "1 to 10 of 12, the soonest due first." in bob.replies[0]["text"]
    more = next(each for each in bob.replies[0]["blocks"][-1]["elements"] if each["text"]["text"] == "More")
    bob.press(house, more["action_id"], more["value"])
    assert "11 to 12 of 12" in bob.replies[1]["text"]
    assert "[More]" not in bob.replies[1]["text"]
    bob.command(house, "queue 20")
    assert "There is no more: the queue has 12 insights." in bob.replies[2]["text"]


def test_an_empty_queue_says_so(house: House) -> None:
    bob = bulk(house)
    bob.command(house, "queue")
    bob.command(house, "triage")
    assert "The queue is empty: everything that anybody told us is sorted." in bob.replies[0]["text"]
    assert "The queue is empty" in bob.reads
    assert "The queue is empty" in str(bob.views[0])


def test_several_are_put_out_of_scope_with_one_reason(house: House) -> None:
    for key in ("one", "two", "three"):
        heard(house, key=key)
    bob = bulk(house)
    assert "reason" in bob.wrong(house, chosen=["I-1", "I-3"], do="out_of_scope")
    assert "chosen" in bob.wrong(house, do="out_of_scope", reason="Spam")
    assert "do" in bob.wrong(house, chosen=["I-1"], do="shred")
    assert states(house, "I-1", "I-2", "I-3") == [NEW, NEW, NEW]
    bob.submit(house, chosen=["I-1", "I-3"], do="out_of_scope", reason="It is another product's.")
    assert "2 insights put out of scope, and whoever brought them hears why. 1 waits in the queue." in bob.reads
    assert states(house, "I-1", "I-2", "I-3") == [OUT_OF_SCOPE, NEW, OUT_OF_SCOPE]
    assert len(told(house)) == 2


def test_what_has_its_five_tags_is_routed_and_the_others_say_what_they_lack(house: House) -> None:
    heard(house, key="one", **KNOWN)
    heard(house, key="two", segment_id="smb", area_id="")
    heard(house, key="three")
    bob = bulk(house)
    assert "area" in bob.wrong(house, chosen=["I-1"], do="tag", theme="pricing")
    assert "theme" in bob.wrong(house, chosen=["I-3", "I-1"], do="tag", area="search")
    bob.submit(house, chosen=["I-1", "I-2", "I-3"], do="tag", area="search", theme="pricing")
    for words in (
        "3 insights put into Search, Pricing and billing: 1 went on to whoever answers, 2 lack a tag.",
        "I-2 lacks evidence.", "I-3 lacks segment and evidence.", "2 wait in the queue.",
    ):  # fmt: skip
        assert words in bob.reads
    assert states(house, "I-1", "I-2", "I-3") == [ROUTED, NEW, NEW]
    found = run(house, model.get, "I-2")
    assert (found.area_id, found.theme_id, found.segment_id) == ("search", "pricing", "smb")


def test_all_are_merged_into_the_first_or_into_the_one_that_is_written(house: House) -> None:
    for key in ("one", "two", "three", "four"):
        heard(house, key=key, by=DANA if key == "four" else CHARLIE)
    bob = bulk(house)
    assert "chosen" in bob.wrong(house, chosen=["I-2"], do="merge")
    assert "into" in bob.wrong(house, chosen=["I-2"], do="merge", into="I-9")
    bob.submit(house, chosen=["I-2", "I-3"], do="merge")
    assert "1 insight merged into I-2. 3 wait in the queue." in bob.reads
    bob.command(house, "bulk")
    bob.submit(house, chosen=["I-2", "I-4"], do="merge", into="I-1")
    assert "2 insights merged into I-1" in bob.reads
    assert states(house, "I-2", "I-3", "I-4") == [MERGED] * 3
    assert len(run(house, model.submissions, run(house, model.get, "I-1"))) == 4


def test_several_are_restricted_at_once(house: House) -> None:
    for key in ("one", "two"):
        heard(house, key=key)
    bob = bulk(house)
    bob.submit(house, chosen=["I-1", "I-2"], do="restrict")
    assert "2 insights restricted." in bob.reads
    assert [run(house, model.get, ref).restricted for ref in ("I-1", "I-2")] == [True, True]
    assert offered(bulk(house, "U0GRACE")) == ["I-1", "I-2"]


def test_nothing_is_changed_when_somebody_works_on_one_or_was_quicker(house: House, clock: StoppedClock) -> None:
    for key in ("one", "two", "three"):
        heard(house, key=key)
    bob = bulk(house)
    charlie = triager(house, CHARLIE, "I-2")
    bob.submit(house, chosen=["I-1", "I-2"], do="out_of_scope", reason="Spam")
    assert "Nothing was changed. Charlie works on I-2 just now." in bob.reads
    assert offered(bob) == ["I-1", "I-3"]
    charlie.submit(house, do="later")
    clock.turn(queue.LEASE)
    bob.command(house, "bulk")
    run(house, triage.put_out_of_scope, CHARLIE, "I-3", "Spam")
    bob.submit(house, chosen=["I-1", "I-3"], do="out_of_scope", reason="Spam")
    assert "Nothing was changed. Charlie was quicker: I-3 is out of scope." in bob.reads
    assert states(house, "I-1") == [NEW]
    assert run(house, queue.waiting, BOB) == (2, 0)


def test_a_refusal_in_the_middle_changes_none(house: House) -> None:
    heard(house, key="one")
    heard(house, key="two", theme_id="trust")
    grace = bulk(house, "U0GRACE")
    assert offered(grace) == ["I-2"]
    grace.sees["private_metadata"] = '{"I-1": 1, "I-2": 1}'
    grace.submit(house, chosen=["I-2", "I-1"], do="out_of_scope", reason="Spam")
    assert "Nothing was changed. There is no insight “I-1”." in grace.reads
    assert states(house, "I-2") == [NEW]
    with pytest.raises(Exception, match="can not read this form"):
        grace.views.append(grace.sees | {"private_metadata": "[]", "callback_id": "insights.bulk_done"})
        grace.submit(house, chosen=["I-2"], do="restrict")
