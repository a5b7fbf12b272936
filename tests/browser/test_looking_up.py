"""Where something stands, asked of the records instead of people: status, artifacts, digests, the quarter."""

import re

from playwright.sync_api import expect

from tests.browser.workspace import Workspace


def test_status_is_answered_from_the_records_and_shown_to_the_channel(workspace: Workspace) -> None:
    workspace.act_as("Tom Becker")
    workspace.open_channel("sales")
    workspace.type("/cadence status search")
    expect(workspace.answer).to_contain_text("only visible to you")
    expect(workspace.answer).to_contain_text("Search (area)")
    expect(workspace.answer).to_contain_text("Dev Patel owns it.")
    expect(workspace.answer).to_contain_text("From the records, asked of nobody.")
    workspace.answer.evaluate("message => message.scrollIntoView()")
    workspace.picture("status", for_docs=True)
    workspace.press("Show it here")
    shown = workspace.messages.locator(".msg").filter(has_text=re.compile("Tom Becker (shows|asked|has)"))
    expect(shown.last).to_contain_text("Search (area)")

    workspace.act_as("Carlos Ruiz")
    workspace.open_channel("sales")
    expect(shown.last).to_contain_text("Search (area)")


def test_the_library_says_what_is_fresh_and_what_is_stale(workspace: Workspace) -> None:
    workspace.act_as("Marcus Lindqvist")
    workspace.open_channel("area-reporting")
    workspace.type("/cadence artifacts")
    expect(workspace.last_message).to_contain_text("● Weekly digest: fresh")
    expect(workspace.last_message).to_contain_text("Health report")
    workspace.last_message.evaluate("message => message.scrollIntoView()")
    workspace.picture("artifacts", for_docs=True)


def test_somebody_subscribes_to_a_digest_and_reads_the_last_one(workspace: Workspace) -> None:
    workspace.act_as("Chloe Martin")
    workspace.open_channel("area-onboarding")
    workspace.type("/cadence digests")
    expect(workspace.last_message).to_contain_text("Leadership brief")
    expect(workspace.last_message).to_contain_text("You do not have it.")
    workspace.last_message.get_by_role("button", name="Subscribe", exact=True).first.click()
    expect(workspace.messages).to_contain_text("from now on: the next one comes")
    workspace.picture("35-subscribed")
    workspace.messages.get_by_role("button", name="Read the last one", exact=True).first.click()
    expect(workspace.last_message).to_contain_text("Releases ahead: ")
    workspace.picture("digest-leadership", for_docs=True)


def test_a_quarter_in_the_making_says_what_is_missing(workspace: Workspace) -> None:
    workspace.act_as("Ben Hartmann")
    workspace.open_channel("area-payments")
    workspace.type("/cadence quarter plan")
    expect(workspace.messages).to_contain_text("bets of 8 areas")
    workspace.picture("36-the-plan")
    workspace.type("/cadence quarter")
    expect(workspace.last_message).to_contain_text("4 of 8 areas have given all")
    expect(workspace.last_message).to_contain_text("asked: Dev Patel")
    workspace.pick("Payments")
    expect(workspace.last_message).to_contain_text("Buyers in Brazil pay as they are used to")
    workspace.picture("quarter-plan", for_docs=True)
