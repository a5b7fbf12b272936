"""A change of the roadmap, clicked by whoever writes it, and told to whom it names."""

from playwright.sync_api import expect

from tests.browser.workspace import Workspace

UNTIL_TOLD = 60_000
"""Milliseconds: it is said after the change, on a busy machine, too."""
WHY = "The first partner could not get a licence before spring"


def test_an_owner_moves_an_item_and_whoever_must_hear_it_is_told_once(workspace: Workspace) -> None:
    workspace.act_as("Ben Hartmann")
    workspace.open_channel("area-payments")
    workspace.type("/cadence roadmap change Local payment methods for Brazil")
    expect(workspace.form).to_contain_text("Change R-5")
    workspace.field("What changed?").select_option(label="Moved later")
    workspace.field("Where does it stand now?").select_option(label="Later")
    workspace.field("What made it move?").fill(WHY)
    workspace.field("Who else must hear it?").fill("Felix Braun")
    workspace.picture("34-a-change-of-the-roadmap")
    workspace.submit()
    expect(workspace.form).to_contain_text("Felix Braun")
    workspace.close_form()

    workspace.type("/cadence roadmap")
    expect(workspace.last_message).to_contain_text("and why")
    expect(workspace.last_message).to_contain_text("R-5 Local payment methods for Brazil (Payments)")
    expect(workspace.last_message).to_contain_text(f"Why: {WHY} – Ben Hartmann")
    workspace.last_message.evaluate("message => message.scrollIntoView()")
    workspace.picture("roadmap", for_docs=True)

    workspace.act_as("Felix Braun")
    told = workspace.open_direct_messages("Felix Braun", within=UNTIL_TOLD)
    expect(told.get_by_text(WHY)).to_have_count(1, timeout=UNTIL_TOLD)
    assert workspace.dialogs == []
