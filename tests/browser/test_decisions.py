"""The decision log, clicked."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.workspace import Workspace

TODAY = datetime.now(UTC).date()
LATER = str(TODAY + timedelta(days=30))


def test_a_decision_is_recorded_and_shown_in_the_log(workspace: Workspace) -> None:
    workspace.act_as("Ana Duarte")
    workspace.open_channel("area-billing")
    workspace.type("/decision bill pilot customers in euros only")
    expect(workspace.field("We will …")).to_have_value("bill pilot customers in euros only")
    expect(workspace.field("Who decided this?").locator("option:checked")).to_contain_text("Ana Duarte")
    workspace.field("Options considered, one on each line").fill("Euros only\nEuros and pounds")
    workspace.field("Reason and accepted trade-offs").fill("One ledger is enough for a pilot. Pounds wait.")
    workspace.choose("Easy or hard to reverse?", "Easy to reverse")
    workspace.field("Look at this again on").fill(LATER)
    workspace.picture("08-a-decision")
    workspace.submit()
    expect(workspace.form).to_contain_text("product-decisions")
    workspace.close_form()

    log = workspace.open_channel("product-decisions")
    # What the demo begins with comes before it, one message a second.
    expect(log).to_contain_text("We will bill pilot customers in euros only", timeout=60_000)
    expect(workspace.last_message).to_contain_text("Euros and pounds")
    workspace.picture("09-the-decision-log")


def test_a_decision_without_a_second_option_is_sent_back_with_everything_typed(workspace: Workspace) -> None:
    workspace.act_as("Dev Patel")
    workspace.open_channel("area-search")
    workspace.type("/decision leave attachments out")
    workspace.field("Options considered, one on each line").fill("Leave them out")
    workspace.field("Reason and accepted trade-offs").fill("The clusters are too small.")
    workspace.choose("Easy or hard to reverse?", "Easy to reverse")
    workspace.field("Look at this again on").fill(LATER)
    workspace.submit()

    expect(workspace.form).to_contain_text("Write at least two options")
    expect(workspace.field("Reason and accepted trade-offs")).to_have_value("The clusters are too small.")
    workspace.close_form()


def test_what_drumbeat_will_not_decide_reaches_whoever_does(workspace: Workspace) -> None:
    workspace.act_as("Tom Becker")
    workspace.open_channel("launches")
    workspace.type("/cadence who decides pricing")
    expect(workspace.answer).to_contain_text("Decides: Marcus Lindqvist (the head of product)")

    workspace.type("/cadence decide on discounts for nonprofits for me")
    expect(workspace.answer).to_contain_text("this one is for Marcus Lindqvist")
    workspace.press("Raise to the decider")
    expect(workspace.field("What must be decided, in one sentence?")).to_have_value("Discounts for nonprofits")
    expect(workspace.field("What sort of decision is it?").locator("option:checked")).to_contain_text("Prices")
    workspace.field("Needed by").fill(LATER)
    workspace.field("What stalls until then?").fill("Two offers wait.")
    workspace.choose("Easy or hard to reverse?", "Easy to reverse")
    workspace.submit()
    expect(workspace.form).to_contain_text("Marcus Lindqvist is asked to decide")
    workspace.close_form()

    workspace.type("/decision find NONPROFIT")
    expect(workspace.answer).to_contain_text("to be decided by Marcus Lindqvist")


def test_a_message_is_raised_with_the_emoji_decided_in_place_and_found_again(workspace: Workspace) -> None:
    workspace.act_as("Ben Hartmann")
    workspace.open_channel("area-billing")
    workspace.type("Do pilots pay in pounds, too? Two offers & a renewal wait.")
    workspace.act_as("Ana Duarte")
    workspace.react("scales")
    expect(workspace.last_message).to_contain_text("only visible to you")
    expect(workspace.last_message).to_contain_text("Is this message a decision, or does it need one?")
    workspace.picture("14-offered-with-the-emoji")
    workspace.press("Raise a decision")
    expect(workspace.form).to_contain_text("From a message in #area-billing, by Ben Hartmann.")
    question = workspace.field("What must be decided, in one sentence?")
    expect(question).to_have_value("Do pilots pay in pounds, too? Two offers & a renewal wait.")
    expect(workspace.field("Where to read more")).to_have_value(re.compile("/archives/C0AREABILLING/p[0-9]+$"))
    question.fill("Do pilots pay in pounds, too?")
    workspace.field("What sort of decision is it?").select_option(label="Prices, packages and terms")
    # What can wait for tomorrow does, once the message of the day is out.
    workspace.field("Needed by").fill(str(TODAY))
    workspace.field("What stalls until then?").fill("Two offers wait.")
    workspace.choose("Easy or hard to reverse?", "Hard to reverse")
    workspace.field("Options, if known, one on each line").fill("Bill pilots in euros only\nBill in pounds, too")
    workspace.form.locator(".bk-input").first.scroll_into_view_if_needed()
    workspace.picture("message-to-decision", for_docs=True)
    workspace.submit()
    expect(workspace.form).to_contain_text("Marcus Lindqvist is asked to decide")
    workspace.close_form()

    workspace.open_channel("product-decisions")
    expect(workspace.last_message).to_contain_text("Do pilots pay in pounds, too?")
    expect(workspace.last_message).to_contain_text("in: a message in #area-billing.")
    expect(workspace.last_message).to_contain_text("/archives/C0AREABILLING/p")
    workspace.picture("15-raised-from-a-message-in-the-log")
    workspace.act_as("Marcus Lindqvist")
    expect(workspace.open_home()).to_contain_text("Do pilots pay in pounds, too?")
    asked = workspace.open_direct_messages("Marcus Lindqvist")
    expect(asked).to_contain_text("Ana Duarte asks you (a message in #area-billing).")
    workspace.picture("decision-to-make", for_docs=True)
    workspace.pick("Bill in pounds, too")
    expect(workspace.field("We will …")).to_have_value("bill in pounds, too")
    workspace.field("Reason and accepted trade-offs").fill("Two offers are worth a second ledger.")
    workspace.field("It is hard to reverse: what would change your mind?").fill("The ledgers differ twice.")
    workspace.picture("16-decided-in-place")
    workspace.submit()
    expect(workspace.form).to_contain_text("is in the decision log")
    workspace.close_form()
    expect(asked).to_contain_text("is decided by Marcus Lindqvist. We will bill in pounds, too")
    workspace.picture("17-decided")

    workspace.act_as("Ben Hartmann")
    card = workspace.open_channel("product-decisions").locator(".msg").last
    expect(card).to_contain_text("We will bill in pounds, too")
    expect(card).to_contain_text("Would change our mind: The ledgers differ twice.")
    workspace.picture("18-the-card-in-the-log")
    workspace.open_channel("area-billing")
    workspace.type("/decision find pounds ledger")
    expect(workspace.answer).to_contain_text("decided by Marcus Lindqvist")
    expect(workspace.answer).to_contain_text("We will bill in pounds, too")
    workspace.picture("19-found-again")
    assert workspace.dialogs == []


def test_the_log_lists_what_is_due_and_what_was_superseded(workspace: Workspace) -> None:
    workspace.act_as("Nora Fischer")
    workspace.open_channel("area-mobile")
    workspace.type("/decision list")
    expect(workspace.answer).to_contain_text("overdue")
    expect(workspace.answer).to_contain_text("review due since")
    workspace.type("/decision list pricing")
    expect(workspace.answer).to_contain_text("superseded by")
    workspace.picture("decision-log", for_docs=True)
