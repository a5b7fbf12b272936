"""The operating system itself, as those see it who look after it: charter, measures, checks, scores."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.workspace import A_MOMENT, Workspace

SAM, MARCUS = "Sam Okafor", "Marcus Lindqvist"


def test_the_charter_says_what_it_is_for_and_who_decides_what(workspace: Workspace) -> None:
    charter = asked(workspace, MARCUS, "charter", "Charter of product operations")
    expect(charter).to_contain_text("Approved by Marcus Lindqvist")
    expect(charter).to_contain_text("Product managers and product leadership decide.")
    show(workspace, charter, "charter")

    raci = asked(workspace, MARCUS, "raci", "Who decides what")
    expect(raci).to_contain_text("Prices, packages and terms")
    show(workspace, raci, "raci")


def test_health_says_what_is_met_and_what_is_off(workspace: Workspace) -> None:
    health = asked(workspace, SAM, "health", "Health of the operating system")
    expect(health).to_contain_text("M7 Bundle coverage: 0 %, off")
    expect(health).to_contain_text("M14 Stakeholder pulse: 88 %, met")
    show(workspace, health, "health")

    overhead = asked(workspace, SAM, "health M12", "Overhead of product managers")
    expect(overhead).to_contain_text("Target 60 minutes")
    workspace.picture("52-one-measure")


def test_the_pilot_shows_its_gate(workspace: Workspace) -> None:
    progress = asked(workspace, SAM, "progress", "The pilot: Days 61 to 90", "area-billing")
    expect(progress).to_contain_text("Day 75 of 90")
    expect(progress).to_contain_text("The retro of week 12 is done")
    show(workspace, progress, "progress")


def test_registers_hold_what_somebody_answers_for(workspace: Workspace) -> None:
    registers = asked(workspace, SAM, "registers", "Open questions")
    expect(registers).to_contain_text("HubSpot changes its limits again without a word (Frank O'Neill, ⚠ was due")
    expect(registers).to_contain_text("Find who takes over System health")
    show(workspace, registers, "registers")


def test_an_idea_is_brought_and_those_that_wait_are_answered(workspace: Workspace) -> None:
    workspace.act_as("Yusuf Demir")
    workspace.open_channel("area-admin")
    workspace.type("/cadence improve Say beside each number when it was read off")
    workspace.field("What hampers you?").fill("Nobody sees how old a number is")
    workspace.picture("50-an-idea")
    workspace.submit()
    expect(workspace.form).to_contain_text("IDEA-9")
    workspace.close_form()

    ideas = asked(workspace, SAM, "improvements", "Ideas for a better way of working", "area-search")
    expect(ideas).to_contain_text("3 ideas wait for an answer")
    expect(ideas).to_contain_text("Better: Say beside each number when it was read off")
    show(workspace, ideas, "improvements")

    changed = workspace.open_channel("product-ops").locator(".msg").filter(has_text="You asked, we changed").last
    expect(changed).to_contain_text("The packet of the roadmap review is there a day before")
    show(workspace, changed, "changelog")


def test_checks_say_what_is_to_be_mended_and_by_whom(workspace: Workspace) -> None:
    checks = asked(workspace, SAM, "checks", "What the checks have found")
    # Another test may have had product ops try to make a call before.
    expect(checks).to_contain_text(re.compile(r"[01] errors?, \d+ warnings"))
    expect(checks).not_to_contain_text(re.compile(r"Error (?!BO03)"))
    expect(checks).to_contain_text("IDEA-5 has waited for an answer")
    show(workspace, checks, "checks")


def test_the_rubric_shows_the_scorecard_and_its_trend(workspace: Workspace) -> None:
    rubric = asked(workspace, MARCUS, "rubric", "How good the operating system is", "area-mobile")
    expect(rubric).to_contain_text("21 of 25: it passes")
    expect(rubric).to_contain_text("14 of 25, below the bar")
    show(workspace, rubric, "rubric")


def asked(workspace: Workspace, name: str, words: str, begins: str, channel: str = "area-admin") -> Locator:
    """What somebody is answered to a command."""
    workspace.act_as(name)
    # One that has no other answers to be seen above.
    workspace.open_channel(channel)
    workspace.type(f"/cadence {words}")
    answer = workspace.answer_with(begins)
    expect(answer).to_be_visible()
    return answer


def show(workspace: Workspace, message: Locator, picture: str) -> None:
    """A message from its top; what comes after it has come before."""
    workspace.page.wait_for_timeout(A_MOMENT)
    message.evaluate("message => message.scrollIntoView()")
    workspace.picture(picture, for_docs=True)
