"""Home as four people find it: what each needs comes first, and a press there is there afterwards."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, expect

from tests.browser.workspace import Workspace

LATER = str(datetime.now(UTC).date() + timedelta(days=30))


def test_a_product_manager_acknowledges_an_insight_from_home(workspace: Workspace) -> None:
    workspace.act_as("Ana Duarte")
    home = workspace.open_home()
    expect(home).to_contain_text("What I ask of you:")
    home.get_by_role("button", name="Got it").click()
    expect(home).not_to_contain_text("What I ask of you:")
    starts_with(home, "What is on you", "Your areas", "Releases near")
    expect(home).to_contain_text("Back to green: ")
    workspace.picture("home", for_docs=True)

    home.get_by_role("button", name="Acknowledge", exact=True).click()
    home = workspace.home_afterwards()
    expect(home).not_to_contain_text("I-14 · Medium · Billing · Pricing and billing: acknowledge it")
    expect(home).to_contain_text("I-14 · Medium · Billing · Pricing and billing: say what becomes of it")


def test_product_ops_sees_what_is_at_risk_and_opens_the_triage_from_home(workspace: Workspace) -> None:
    workspace.act_as("Sam Okafor")
    home = workspace.open_home()
    home.get_by_role("button", name="Leave all as it is", exact=True).click()
    expect(home).not_to_contain_text("Set up how you work")
    starts_with(home, "Rituals at risk", "What is on you", "Health at a glance")
    expect(home).to_contain_text("Triage insights: 6 wait")
    expect(home).to_contain_text("Updates in time, on course: 97 %")
    workspace.picture("home-product-ops", for_docs=True)

    home.get_by_role("button", name="Triage insights: 6 wait").click()
    expect(workspace.form).to_contain_text("Nobody signs usage pricing without a cap on the invoice")
    workspace.close_form()


def test_the_head_of_product_decides_from_home(workspace: Workspace) -> None:
    workspace.act_as("Marcus Lindqvist")
    home = workspace.open_home()
    starts_with(home, "Decisions that wait for you", "Red and amber areas", "What is on you")
    expect(home).to_contain_text("Decide D-13: Do schools pay half?")
    workspace.picture("home-head-of-product", for_docs=True)

    home.get_by_role("button", name="Record the decision", exact=True).first.click()
    expect(workspace.form).to_contain_text("D-10: Which customers migrate in the first batch of Atlas")
    workspace.field("We will …").fill("migrate the forty smallest accounts first")
    workspace.field("Options considered, one on each line").fill("The forty smallest\nThose who ask")
    workspace.field("Reason and accepted trade-offs").fill("A mistake costs least there. Those who asked wait a week.")
    workspace.choose("Easy or hard to reverse?", "Easy to reverse")
    workspace.field("Look at this again on").fill(LATER)
    workspace.submit()
    expect(workspace.form).to_contain_text("is in the decision log")
    home = workspace.home_afterwards()
    expect(home).not_to_contain_text("Decide D-10")


def test_support_says_what_it_sees_of_a_release_from_home(workspace: Workspace) -> None:
    workspace.act_as("Priya Nair")
    home = workspace.open_home()
    starts_with(home, "What is on you", "Releases near", "What you brought")
    expect(home).to_contain_text("You have confirmed its bundle.")
    expect(home).to_contain_text("accepted – The phone's camera will read them")
    workspace.picture("32-home-of-support")

    home.get_by_role("button", name="Answer", exact=True).first.click()
    expect(workspace.form).to_contain_text("Quick refunds, 1 day after it went live, for Support.")
    workspace.choose("Is anything broken?", "No")
    workspace.field("Tickets so far").fill("3")
    workspace.choose("Does it have to be stopped?", "No")
    workspace.submit()
    home = workspace.home_afterwards()
    expect(home).not_to_contain_text("Quick refunds, 1 day after it went live")


def starts_with(home: Locator, *titles: str) -> None:
    """These sections stand on it, one below the other."""
    for title in titles:
        expect(home).to_contain_text(title)
    text = home.inner_text()
    places = [text.index(title) for title in titles]
    assert places == sorted(places), text
