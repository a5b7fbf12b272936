"""A newcomer's way through the demo: the weekly update from the prompt to the corrected digest."""

from playwright.sync_api import expect

from tests.browser.workspace import Workspace

UNTIL_THE_PROMPT = 150_000
"""Milliseconds: it is due at a full minute, soon after the demo has started."""
HOSTILE = "<!channel> <@U0SAM> *bold* _it_ ~no~ `code` | & @here 🎉 <script>alert(1)</script> שלום"


def test_an_update_goes_from_the_prompt_to_the_digest_and_late_ones_change_it(workspace: Workspace) -> None:
    expect(workspace.open_channel("product-updates")).to_contain_text("7 of 8 areas answered")
    workspace.picture("01-last-weeks-digest")

    ana_is_asked_and_told_what_is_missing(workspace)
    dev_answers_for_search(workspace)
    sam_ends_the_round(workspace)
    the_digest_shows_both(workspace)
    ben_is_late_and_ana_corrects_herself(workspace)

    assert workspace.dialogs == []


def ana_is_asked_and_told_what_is_missing(workspace: Workspace) -> None:
    workspace.act_as("Ana Duarte")
    asked = workspace.open_direct_messages("Ana Duarte", within=UNTIL_THE_PROMPT)
    expect(asked).to_contain_text("Your update: Billing", timeout=UNTIL_THE_PROMPT)
    expect(asked).to_contain_text("Why you: you own Billing.")
    workspace.picture("02-the-prompt")

    workspace.press("Write update: Billing")
    expect(workspace.form).to_contain_text("You planned: Atlas: migration in two batches")
    expect(workspace.form.get_by_label("Amber")).to_be_checked()
    workspace.field("You planned: Atlas: migration in two batches").select_option("Done")
    workspace.field("What reached users or was finished?").fill("Rehearsal with two batches: three hours")
    workspace.field("Next week, up to three lines").fill("Talk track with Support and Sales")
    workspace.form.locator(".bk-section").first.scroll_into_view_if_needed()
    workspace.picture("weekly-form", for_docs=True)
    workspace.field("How does it get back to green, and by when?").fill("")
    workspace.submit()

    expect(workspace.form).to_contain_text("Amber needs a path: how does it get back to green, by when?")
    workspace.picture("03-a-path-is-missing")

    workspace.field("How does it get back to green, and by when?").fill("Second rehearsal passes on Friday.")
    workspace.field("From whom?").select_option(label="Lena Vogel")
    workspace.field("What do you need?").fill("Two engineers for the rehearsal")
    workspace.submit()

    workspace.expect_no_form()
    expect(asked).to_contain_text("Thank you: Billing")
    workspace.picture("04-answered")


def dev_answers_for_search(workspace: Workspace) -> None:
    workspace.act_as("Dev Patel")
    asked = workspace.open_direct_messages("Dev Patel")
    expect(asked).to_contain_text("you own Search.")
    expect(asked).to_contain_text(
        "you stand in for Hugo Silva, and Admin and Roles is without an update.", timeout=UNTIL_THE_PROMPT
    )
    workspace.picture("05-dev-stands-in")
    workspace.press("Write update: Search")
    workspace.field("Next week, up to three lines").fill("Move cluster three")
    workspace.choose("Status", "Amber")
    workspace.submit()
    workspace.expect_no_form()
    expect(asked).to_contain_text("your update is in")


def sam_ends_the_round(workspace: Workspace) -> None:
    workspace.act_as("Sam Okafor")
    workspace.open_channel("product-ops")
    workspace.type("/cadence close weekly-product-update")
    expect(workspace.last_message).to_contain_text("has ended")
    workspace.picture("06-sam-ends-the-round")


def the_digest_shows_both(workspace: Workspace) -> None:
    digest = workspace.open_channel("product-updates")
    expect(digest).to_contain_text("2 of 8 areas answered")
    expect(workspace.last_message).to_contain_text("🔴 → 🟠 Search: red to amber")
    expect(workspace.last_message).to_contain_text("Billing needs from Lena Vogel")
    expect(workspace.last_message).to_contain_text("Second rehearsal passes on Friday.")
    expect(workspace.last_message).to_contain_text("Next: Move cluster three")
    expect(workspace.last_message).to_contain_text(
        "Admin and Roles: no update from Dev Patel, asked instead of the owner"
    )
    workspace.picture("digest", for_docs=True)


def ben_is_late_and_ana_corrects_herself(workspace: Workspace) -> None:
    workspace.act_as("Ben Hartmann")
    workspace.open_direct_messages("Ben Hartmann")
    workspace.press("Write update: Payments")
    workspace.field("Next week, up to three lines").fill("Network tokens for stored cards")
    workspace.field("What reached users or was finished?").fill(HOSTILE)
    workspace.choose("Status", "Green")
    workspace.submit()
    workspace.expect_no_form()

    workspace.act_as("Ana Duarte")
    workspace.open_direct_messages("Ana Duarte")
    workspace.press("Edit update")
    workspace.field("Next week, up to three lines").fill("Talk track with Support only")
    workspace.submit()
    workspace.expect_no_form()

    workspace.open_channel("product-updates")
    expect(workspace.last_message).to_contain_text("3 of 8 areas answered")
    expect(workspace.last_message).to_contain_text("(late)")
    expect(workspace.last_message).to_contain_text("(edited")
    expect(workspace.last_message).to_contain_text("Next: Talk track with Support only")
    # What Ana typed before and did not touch is still there.
    expect(workspace.last_message).to_contain_text("Done: Rehearsal with two batches: three hours")
    # What Ben typed is shown as he typed it; nobody was notified by it and nothing ran.
    expect(workspace.last_message).to_contain_text(HOSTILE)
    workspace.picture("07-late-and-edited")
