"""What a person does in the local Slack's page, in words."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Dialog, Locator, Page, expect

REPOSITORY = Path(__file__).parents[2]
PICTURES = REPOSITORY / "screenshots"
PICTURES_OF_DOCS = REPOSITORY / "docs" / "images"
A_MOMENT = 3_000
SOON = 20_000
"""Milliseconds within which an answer comes, also on a busy machine."""


class Workspace:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialogs: list[str] = []
        page.set_default_timeout(SOON)
        expect.set_options(timeout=SOON)
        page.on("dialog", self._note)
        expect(page.get_by_text("connected", exact=True)).to_be_visible()

    def act_as(self, name: str) -> None:
        self.page.get_by_label("Act as").select_option(label=name)

    def open_channel(self, name: str) -> Locator:
        self._sidebar(f"# {name}").click()
        return self.messages

    def open_direct_messages(self, name: str, within: float = SOON) -> Locator:
        """The conversation of this person with Drumbeat."""
        self._sidebar(name).click(timeout=within)
        return self.messages

    def open_home(self) -> Locator:
        self._sidebar("🏠 Drumbeat").click()
        return self.page.locator(".home")

    def home_afterwards(self) -> Locator:
        """The Home tab, opened again; what answered a press there in a window is closed before."""
        self.page.wait_for_timeout(A_MOMENT)
        if self.form.count():
            self.close_form()
        # Who is on it already does not open it.
        self.open_channel("launches")
        return self.open_home()

    def type(self, words: str) -> None:
        """Write into the open conversation; to a command there comes an `answer`."""
        self.page.locator(".composer-input").fill(words)
        self.page.get_by_role("button", name="Send").click()

    @property
    def messages(self) -> Locator:
        return self.page.locator(".messages")

    @property
    def answer(self) -> Locator:
        """What this person alone was told last; in the channel, others may have posted since."""
        return self.page.locator(".messages .msg").filter(has=self.page.locator(".badge-eph")).last

    def answer_with(self, words: str) -> Locator:
        """The last one of those that holds these words: a long answer comes in several messages."""
        answers = self.page.locator(".messages .msg").filter(has=self.page.locator(".badge-eph"))
        return answers.filter(has_text=words).last

    @property
    def last_message(self) -> Locator:
        return self.page.locator(".messages .msg").last

    def press(self, label: str) -> None:
        """The last button of this name in the open conversation or on the Home tab."""
        self.page.locator("main").get_by_role("button", name=label, exact=True).last.click()

    def pick(self, option: str) -> None:
        """The last menu of the open conversation that offers this."""
        offers = self.page.locator("option").filter(has_text=option)
        self.messages.locator("select").filter(has=offers).last.select_option(label=option)

    def open_thread(self) -> Locator:
        """The thread of the last message that has one."""
        self.messages.locator(".thread-summary").last.click()
        return self.page.locator(".thread-pane")

    def close_thread(self) -> None:
        self.page.locator(".thread-pane .thread-x").click()

    def react(self, emoji: str) -> None:
        """Set an emoji, by its name without colons, on the last message."""
        message = self.last_message
        message.hover()
        message.get_by_title("Add reaction").click()
        self.page.locator(".emoji-custom-input").fill(emoji)
        self.page.locator(".emoji-custom-input").press("Enter")

    @property
    def form(self) -> Locator:
        return self.page.locator(".modal")

    def field(self, label: str) -> Locator:
        """What one fills or picks in the form's input with this label."""
        return self._input(label).locator("textarea, input:visible, select").first

    def choose(self, label: str, option: str) -> None:
        """A radio button or a checkbox."""
        self._input(label).get_by_label(option).check()

    def submit(self) -> None:
        self.form.locator(".modal-btn.primary").click()

    def close_form(self) -> None:
        self.form.locator(".modal-x").click()
        self.expect_no_form()

    def expect_no_form(self) -> None:
        expect(self.form).to_have_count(0)

    def picture(self, name: str, *, for_docs: bool = False) -> None:
        """Keep what is seen now; the documentation's pictures are renewed when DRUMBEAT_DOCS_IMAGES is set."""
        PICTURES.mkdir(exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")
        if for_docs and os.environ.get("DRUMBEAT_DOCS_IMAGES"):
            PICTURES_OF_DOCS.mkdir(parents=True, exist_ok=True)
            shutil.copy(PICTURES / f"{name}.png", PICTURES_OF_DOCS / f"{name}.png")

    def _sidebar(self, name: str) -> Locator:
        return self.page.locator(".sidebar-item").filter(has_text=name.removeprefix("# ")).last

    def _input(self, label: str) -> Locator:
        return self.form.locator(".bk-input").filter(has=self.page.get_by_text(label, exact=True))

    def _note(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()
