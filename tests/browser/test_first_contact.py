"""Whoever meets Drumbeat for the first time: greeted on Home, answered when they write."""

from playwright.sync_api import expect

from tests.browser.workspace import Workspace


def test_whoever_writes_in_any_words_is_answered_with_what_they_may_do(workspace: Workspace) -> None:
    workspace.act_as("Tom Becker")
    workspace.open_direct_messages("Tom Becker")
    workspace.type("hilfe?")
    expect(workspace.last_message).to_contain_text("Hello Tom Becker.")
    expect(workspace.last_message).to_contain_text("/cadence help lists everything.")
    workspace.picture("30-written-to")
    workspace.type("thanks")
    expect(workspace.last_message).to_contain_text("Gladly.")


def test_a_newcomer_is_greeted_on_home_until_they_have_got_it(workspace: Workspace) -> None:
    workspace.act_as("Felix Braun")
    home = workspace.open_home()
    expect(home).to_contain_text("What I ask of you:")
    workspace.picture("31-greeted")
    home.get_by_role("button", name="Got it").click()
    expect(home).not_to_contain_text("What I ask of you:")


def test_product_ops_asks_for_the_first_steps(workspace: Workspace) -> None:
    workspace.act_as("Sam Okafor")
    workspace.open_channel("product-ops")
    workspace.type("/cadence first-steps")
    expect(workspace.last_message).to_contain_text("First steps: 8 of 8 done")


def test_the_setup_begins_on_home_and_goes_on_where_it_was_left(workspace: Workspace) -> None:
    workspace.act_as("Sam Okafor")
    home = workspace.open_home()
    home.get_by_role("button", name="Start here", exact=True).click()
    expect(workspace.form).to_contain_text("How is your product organisation built?")
    workspace.field("Whom do you sell to?").select_option(label="Companies")
    workspace.picture("setup", for_docs=True)
    workspace.submit()
    expect(workspace.form).to_contain_text("Which three things break most, the worst first?")
    workspace.picture("51-the-second-question")
    workspace.close_form()

    home = workspace.home_afterwards()
    expect(home).to_contain_text("1 of 5 questions are answered")
