"""A release in trouble, and what waits for each person."""

from playwright.sync_api import expect

from tests.browser.workspace import Workspace


def test_a_launch_in_trouble_is_advised_to_hold_and_says_why(workspace: Workspace) -> None:
    workspace.act_as("Ana Duarte")
    workspace.open_channel("area-billing")
    workspace.type("/launch-ready atlas")

    expect(workspace.last_message).to_contain_text("The advice is to hold")
    expect(workspace.last_message).to_contain_text("Engineering is not ready")
    expect(workspace.last_message).to_contain_text("Ana Duarte makes the call.")
    workspace.last_message.evaluate("message => message.scrollIntoView()")
    workspace.picture("launch-readiness", for_docs=True)


def test_an_owner_makes_the_call_and_the_card_says_so(workspace: Workspace) -> None:
    workspace.act_as("Ben Hartmann")
    workspace.open_channel("area-payments")
    workspace.type("/launch-ready network tokens call")
    expect(workspace.form).to_contain_text("The call is yours alone.")
    workspace.choose("You say", "Go with conditions")
    workspace.picture("16-the-call")
    workspace.submit()
    expect(workspace.form).to_contain_text("Go with conditions, called")
    workspace.close_form()

    workspace.type("/launch-ready network tokens")
    expect(workspace.last_message).to_contain_text("Ben Hartmann said go with conditions")
    workspace.picture("17-called")


def test_product_ops_has_no_vote(workspace: Workspace) -> None:
    workspace.act_as("Sam Okafor")
    workspace.open_channel("launches")
    workspace.type("/launch-ready atlas call")
    expect(workspace.answer).to_contain_text("has no vote. The call on Atlas is Ana Duarte's alone.")


def test_all_launches_are_listed_with_their_advice(workspace: Workspace) -> None:
    workspace.act_as("Marcus Lindqvist")
    workspace.open_channel("launches")
    workspace.type("/launch-ready")

    for name in ("Atlas", "Network tokens", "Camera scan"):
        expect(workspace.answer).to_contain_text(name)
    workspace.picture("10-launches")


def test_a_misspelt_name_is_answered_with_the_nearest(workspace: Workspace) -> None:
    workspace.act_as("Tom Becker")
    workspace.open_channel("launches")
    workspace.type("/launch-ready atlass")

    expect(workspace.answer).to_contain_text("Did you mean atlas?")


def test_home_shows_what_an_area_needs_from_somebody(workspace: Workspace) -> None:
    workspace.act_as("Lena Vogel")
    home = workspace.open_home()
    expect(home).to_contain_text("Integrations needs from you")
    workspace.picture("12-home-of-lena")


def test_cadence_alone_lists_every_command(workspace: Workspace) -> None:
    workspace.act_as("Ben Hartmann")
    workspace.open_channel("area-payments")
    workspace.type("/cadence")

    for command in ("/decision", "/launch-ready", "/weekly-update", "/cadence away"):
        expect(workspace.answer).to_contain_text(command)
    workspace.picture("13-help")
