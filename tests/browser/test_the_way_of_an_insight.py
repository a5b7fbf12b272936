"""An insight from a message in a channel to the answer in its thread, clicked; after the weekly update, which ends."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.workspace import Workspace

UNTIL_TOLD = 60_000
"""Milliseconds: it is said after the answer, on a busy machine, too."""


def test_support_tells_product_ops_triages_and_the_pm_declines_with_a_reason(workspace: Workspace) -> None:
    ref = priya_logs(workspace, "The invoice has no line for a purchase order number; buyers send it back.", "Billing")
    sam_sorts_and_merges_what_waits(workspace)
    sam_sorts(workspace, ref, "Ana Duarte", "Pricing", "it says invoice")

    workspace.act_as("Ana Duarte")
    expect(workspace.open_home()).to_contain_text(f"{ref} · Medium · Billing · Pricing and billing: acknowledge it")
    workspace.open_channel("area-billing")
    workspace.type(f"/insight acknowledge {ref}")
    expect(workspace.last_message).to_contain_text(f"Priya Nair sees that you have {ref}")
    workspace.press("Answer")
    expect(workspace.form).to_contain_text("buyers send it back")
    workspace.choose("What becomes of it?", "Declined")
    workspace.submit()
    expect(workspace.form).to_contain_text("Say why in a line: whoever brought it reads it.")
    workspace.field("Why, or until what happens").fill("The reference field of an order is printed, and holds it.")
    workspace.picture("24-declined-with-a-reason")
    workspace.submit()
    expect(workspace.form).to_contain_text("Priya Nair hears it from me now.")
    workspace.close_form()

    thread = priya_reads_her_thread(workspace)
    expect(thread).to_contain_text(f"{ref}: declined", timeout=UNTIL_TOLD)
    expect(thread).to_contain_text("Ana Duarte has declined it, because: The reference field of an order is printed")
    expect(thread).to_contain_text("A sentence for the customer")
    expect(thread).to_contain_text("Declined by Ana Duarte: The reference field", timeout=UNTIL_TOLD)
    thread.get_by_text("A sentence for the customer").scroll_into_view_if_needed()
    workspace.picture("insights", for_docs=True)
    priya_looks_around(workspace, ref)
    assert workspace.dialogs == []


def test_what_was_accepted_with_a_release_is_told_again_when_that_is_live(workspace: Workspace) -> None:
    ref = priya_logs(workspace, "People photograph their receipts, then type the sum by hand.", "Mobile")
    sam_sorts(workspace, ref, "Grace Lee", "Missing capability", "as I-")

    workspace.act_as("Grace Lee")
    workspace.open_channel("area-mobile")
    workspace.type(f"/insight decide {ref}")
    workspace.choose("What becomes of it?", "Accepted")
    workspace.field("The release that brings it").select_option(label="Camera scan")
    workspace.submit()
    expect(workspace.form).to_contain_text("When Camera scan is live, they hear again.")
    workspace.close_form()
    workspace.type("/launch-ready camera-scan")
    expect(workspace.last_message).to_contain_text("Camera scan: 🟢 Go, called")
    workspace.press("It is live")
    expect(workspace.last_message).to_contain_text("Camera scan: 🟢 Live")

    thread = priya_reads_her_thread(workspace)
    expect(thread).to_contain_text(f"{ref}: accepted", timeout=UNTIL_TOLD)
    expect(thread).to_contain_text(f"{ref}: it is live", timeout=UNTIL_TOLD)
    expect(thread).to_contain_text("You asked us for this, and it is there now.")
    expect(thread).to_contain_text("came with Camera scan, which is live", timeout=UNTIL_TOLD)
    workspace.picture("insight-live", for_docs=True)
    assert workspace.dialogs == []


def priya_logs(workspace: Workspace, words: str, area: str) -> str:
    """From her message in a channel, with three answers. Returns its id, such as `I-22`."""
    workspace.act_as("Priya Nair")
    workspace.open_channel("support")
    workspace.type(words)
    expect(workspace.last_message).to_contain_text(words)
    workspace.react("bulb")
    expect(workspace.last_message).to_contain_text("only visible to you")
    workspace.press("Log an insight")
    expect(workspace.form).to_contain_text("From a message in #support, by Priya Nair.")
    expect(workspace.field("What did you see or hear?")).to_have_value(words)
    expect(workspace.field("Where does it come from?").locator("option:checked")).to_contain_text("Support tickets")
    workspace.field("Which area is it about?").select_option(label=area)
    workspace.choose("How much does it hurt?", "Medium")
    workspace.picture("20-logged-from-a-message")
    workspace.submit()
    expect(workspace.form).to_contain_text("in the thread of that message")
    workspace.picture("21-logged")
    found = re.search(r"I-\d+", workspace.form.inner_text())
    assert found is not None
    workspace.close_form()
    return found[0]


def sam_sorts_and_merges_what_waits(workspace: Workspace) -> None:
    """Two of those that wait, one after the other in one form."""
    workspace.act_as("Sam Okafor")
    home = workspace.open_home()
    home.get_by_role("button", name=re.compile("^Triage insights: ")).click()
    expect(workspace.form).to_contain_text("Nobody signs usage pricing without a cap on the invoice")
    expects(workspace, Area="Billing", Theme="Pricing", Segment="Enterprise", Severity="High", Evidence="An account")
    workspace.submit()
    expect(workspace.form).to_contain_text("went to Ana Duarte.")

    expect(workspace.form).to_contain_text("Exports of big reports time out without any message")
    expects(
        workspace, Area="Reporting", Theme="Performance", Segment="Mid-market", Severity="Medium", Evidence="Number"
    )
    expect(workspace.form).to_contain_text("I-12 may say the same")
    expect(workspace.form).to_contain_text("same area; same theme")
    workspace.choose("Likely duplicates", "A duplicate of I-12")
    workspace.choose("What to do", "Merge it")
    workspace.picture("insight-triage", for_docs=True)
    workspace.submit()
    expect(workspace.form).to_contain_text("counts for I-12 now")
    workspace.close_form()


def sam_sorts(workspace: Workspace, ref: str, owner: str, theme: str, why: str) -> None:
    workspace.act_as("Sam Okafor")
    workspace.open_channel("product-ops")
    workspace.type(f"/insight triage {ref}")
    expect(workspace.form).to_contain_text(f"Triage {ref}")
    expects(workspace, Theme=theme)
    expect(workspace.form).to_contain_text(f"Suggested: {why}")
    workspace.field("Segment").select_option(label="Small business")
    workspace.field("Evidence").select_option(label="What somebody said")
    workspace.submit()
    expect(workspace.form).to_contain_text(f"{ref} went to {owner}.")
    workspace.close_form()


def priya_reads_her_thread(workspace: Workspace) -> Locator:
    workspace.act_as("Priya Nair")
    workspace.open_channel("support")
    return workspace.open_thread()


def priya_looks_around(workspace: Workspace, ref: str) -> None:
    workspace.close_thread()
    for words, answer in (
        ("mine", f"{ref}: “The invoice has no line for a purchase order number"),
        ("find purchase order", f"{ref} · Medium · Billing"),
        (ref, "Ana Duarte answered: "),
        ("orphans", "Insights that nobody has, or that wait too long"),
        ("digest", "You asked, we did"),
    ):
        workspace.type(f"/insight {words}")
        expect(workspace.last_message).to_contain_text(answer)
    workspace.last_message.evaluate("message => message.scrollIntoView()")
    workspace.picture("insight-digest", for_docs=True)


def expects(workspace: Workspace, **chosen: str) -> None:
    """What is chosen in the form already, by the first words of it."""
    for label, option in chosen.items():
        expect(workspace.field(label).locator("option:checked")).to_contain_text(option)
