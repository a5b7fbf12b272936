"""A review, from its packet to what it left, clicked by its owner."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.workspace import Workspace

UNTIL_POSTED = 90_000
"""Milliseconds: what the demo begins with comes before it, one message a second."""
NEXT_WEEK = str(datetime.now(UTC).date() + timedelta(days=7))
ACTION = "Ask two banks in Brazil for their terms"


def test_the_owner_closes_a_review_and_whoever_has_an_action_finds_it_on_home(workspace: Workspace) -> None:
    workspace.act_as("Marcus Lindqvist")
    channel = workspace.open_channel("product-updates")
    card = channel.locator(".msg").filter(has_text="It leaves: Roadmap view")
    expect(card).to_contain_text("Open.", timeout=UNTIL_POSTED)
    for part in ("Agenda, 45 minutes", "What has moved since", "What was agreed here"):
        expect(card).to_contain_text(part)
    card.evaluate("message => message.scrollIntoView()")
    workspace.picture("review-packet", for_docs=True)

    home = workspace.open_home()
    home.get_by_role("button", name="Close", exact=True).click()
    expect(workspace.form).to_contain_text("Name what it left, or say why it left nothing.")
    workspace.field("Action 1: what is done?").fill(ACTION)
    workspace.field("Action 1: who does it?").select_option(label="Ben Hartmann")
    workspace.field("Action 1: until when?").fill(NEXT_WEEK)
    workspace.submit()
    home = workspace.home_afterwards()
    expect(home).not_to_contain_text("Roadmap review: close it with what it left")

    workspace.open_channel("product-updates")
    expect(card).to_contain_text("✅ Closed. It left: ")
    expect(card).to_contain_text(ACTION)
    card.evaluate("message => message.scrollIntoView()")
    workspace.picture("review-closed", for_docs=True)

    workspace.act_as("Ben Hartmann")
    expect(workspace.open_home()).to_contain_text(ACTION)
    assert workspace.dialogs == []
