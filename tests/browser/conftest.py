"""A demo and a browser for the tests here, which end with them. Chromium is named by CHROMIUM, or found."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.workspace import Workspace
from tests.demo.ports import free_port

REPOSITORY = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
READY_WITHIN, ENDED_WITHIN = 240.0, 40.0
"""Seconds."""


@dataclass
class Demo:
    """A running demo."""

    address: str
    complaints: list[str] = field(default_factory=list)
    """What the bot has warned of."""


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", str(port)],
        cwd=tmp_path_factory.mktemp("demo"),
        env=os.environ | {"PYTHONPATH": str(REPOSITORY), "TZ": "UTC"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running = Demo(f"http://127.0.0.1:{port}")
    lines: list[str] = []
    started: Queue[bool] = Queue()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                started.put(True)
            if line.startswith("[drumbeat]"):
                running.complaints.append(line)
        started.put(False)

    listening = threading.Thread(target=listen)
    listening.start()
    try:
        assert started.get(timeout=READY_WITHIN), "".join(lines)
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        listening.join(ENDED_WITHIN)
        process.communicate()
        assert process.returncode == 0, "".join(lines)
    assert running.complaints == []


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """While it lives its thread has a running loop, in which no test elsewhere can start one."""
    with sync_playwright() as playwright:
        # Containers run as root and have little shared memory.
        browser = playwright.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB")
    yield context
    context.close()


@pytest.fixture
def workspace(demo: Demo, context: BrowserContext) -> Workspace:
    """The demo, opened in a browser; a dialog, which only a script of somebody's words could open, fails the test."""
    page = context.new_page()
    page.goto(demo.address)
    return Workspace(page)


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    missing = "No Chromium or Chrome: nothing was clicked in a browser. Install one and run make test."
    if os.environ.get("CI") or os.environ.get("BROWSER") == "required":
        pytest.fail(missing)
    pytest.skip(missing)
