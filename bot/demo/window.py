"""The address people open: the local Slack, with what Slack's own client does and the local one does not.

The local Slack's page runs line breaks together and takes none, shows and sends no initial choices, forgets
prefilled words that nobody touched, offers no people or channels to pick from, and complains out of sight.
Here that is put right on the way.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

HOST = "127.0.0.1"
NOT_PASSED_ON = {"host", "connection", "accept-encoding", "content-length"}
LARGEST_UPLOAD = 2**30
CLOSED_WITHIN = 1.0
"""Seconds."""

MARK = "\u2063"
"""Invisible; ends the text of a choice that is made already, and the placeholder of a text of several lines."""
LINE_END = "\u2028"
"""Stands for a line's end in the page's inputs, which take one line."""
INTO_HEAD = f"""
<style>.plain {{ white-space: pre-wrap; }}</style>
<script>
const isMarked = (text) => text.endsWith("{MARK}");
const set = (kind, element, value, event) => {{
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(element, value);
  element.dispatchEvent(new Event(event, {{ bubbles: true }}));
}};
const choose = () => {{
  for (const label of document.querySelectorAll(".modal .bk-options label:not([data-seen])")) {{
    label.dataset.seen = "yes";
    if (isMarked(label.textContent)) label.querySelector("input").click();
  }}
  for (const select of document.querySelectorAll(".modal select:not([data-seen])")) {{
    select.dataset.seen = "yes";
    const chosen = [...select.options].find((option) => isMarked(option.text));
    if (chosen) set(HTMLSelectElement, select, chosen.value, "change");
  }}
}};
const widen = () => {{
  for (const input of document.querySelectorAll(".modal input.bk-plain-input:not([data-seen])")) {{
    input.dataset.seen = "yes";
    if (!isMarked(input.placeholder)) continue;
    const lines = document.createElement("textarea");
    lines.className = "bk-plain-input";
    lines.rows = 3;
    lines.placeholder = input.placeholder;
    lines.value = input.value.replaceAll("{LINE_END}", "\\n");
    lines.oninput = () => set(HTMLInputElement, input, lines.value.replaceAll("\\n", "{LINE_END}"), "input");
    input.hidden = true;
    input.after(lines);
  }}
}};
const showErrors = () => document.querySelector(".modal-error:not([data-seen])")?.scrollIntoView();
const look = () => {{
  choose();
  widen();
  showErrors();
  for (const error of document.querySelectorAll(".modal-error")) error.dataset.seen = "yes";
}};
new MutationObserver(look).observe(document, {{ childList: true, subtree: true }});
</script>
"""

_Side = web.WebSocketResponse | ClientWebSocketResponse
_Data = dict[str, Any]


@asynccontextmanager
async def window(port: int, address: str) -> AsyncIterator[None]:
    """Show the local Slack at `address` on `port` of this machine, and nowhere else. OSError when it is taken."""
    async with ClientSession() as session:

        async def show(request: web.Request) -> web.StreamResponse:
            if request.headers.get("Upgrade", "").lower() == "websocket":
                return await _bridge(request, session, address)
            return await _pass_on(request, session, address)

        application = web.Application(client_max_size=LARGEST_UPLOAD)
        application.router.add_route("*", "/{path:.*}", show)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=CLOSED_WITHIN)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
            yield
        finally:
            await runner.cleanup()


async def _pass_on(request: web.Request, session: ClientSession, address: str) -> web.Response:
    headers = {name: value for name, value in request.headers.items() if name.lower() not in NOT_PASSED_ON}
    async with session.request(
        request.method, address + request.path_qs, headers=headers, data=await request.read(), allow_redirects=False
    ) as answer:
        body = await answer.read()
        if answer.content_type == "text/html":
            body = body.replace(b"<head>", b"<head>" + INTO_HEAD.encode(), 1)
        kind = answer.headers.get("Content-Type", "text/plain")
        return web.Response(status=answer.status, body=body, headers={"Content-Type": kind})


async def _bridge(request: web.Request, session: ClientSession, address: str) -> web.WebSocketResponse:
    """Carry what the page and the local Slack say to each other, until one of them ends it."""
    page = web.WebSocketResponse(max_msg_size=0)
    await page.prepare(request)
    forms = Forms()
    async with session.ws_connect(address + request.path_qs, max_msg_size=0) as slack:
        both = [
            asyncio.create_task(_carry(page, slack, forms.submitted)),
            asyncio.create_task(_carry(slack, page, forms.shown)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for direction in both:
                direction.cancel()
    await page.close()
    return page


async def _carry(origin: _Side, target: _Side, translate: Callable[[_Data], _Data]) -> None:
    async for message in origin:
        if message.type is WSMsgType.TEXT:
            await target.send_str(json.dumps(translate(json.loads(message.data))))


class Forms:
    """One page's forms: what it is shown of them, and what it sends back, made as Slack's client would."""

    def __init__(self) -> None:
        self._people: list[_Data] = []
        self._channels: list[_Data] = []
        self._view: _Data = {}

    def shown(self, data: _Data) -> _Data:
        """What the local Slack says to the page."""
        if data.get("t") == "init":
            state = data["state"]
            self._people = [_option(user["id"], user["real_name"]) for user in state["users"] if not user["is_bot"]]
            self._channels = [_option(each["id"], each["name"]) for each in state["channels"] if not each["is_im"]]
        if data.get("t") == "view":
            stack = data["stack"]
            self._view = stack[-1] if stack else {}
            return data | {"stack": [view | {"blocks": [self._drawn(b) for b in view["blocks"]]} for view in stack]}
        return data

    def submitted(self, data: _Data) -> _Data:
        """What the page says to the local Slack."""
        if data.get("t") != "view_submit":
            return data
        values = {}
        for block_id, element in self._inputs():
            sent = values[block_id] = data["values"].get(_page_id(block_id, element), {})
            answer = self._answer(element, sent.get(element["action_id"]))
            if answer is not None:
                sent[element["action_id"]] = answer
        return data | {"values": values}

    def _inputs(self) -> Iterator[tuple[str, _Data]]:
        for block in self._view.get("blocks", ()):
            if block["type"] == "input":
                yield block["block_id"], block["element"]

    def _drawn(self, block: _Data) -> _Data:
        """An input block with elements that the page knows, and its initial choices marked."""
        if block["type"] != "input":
            return block
        element = block["element"]
        chosen = [option["value"] for option in element.get("initial_options", ())]
        if "initial_option" in element:
            chosen.append(element["initial_option"]["value"])
        if picked := _picked(element):
            chosen.append(element.get(f"initial_{picked}"))
            element = {
                "type": "static_select",
                "action_id": element["action_id"],
                "options": self._people if picked == "user" else self._channels,
            }
        if element.get("multiline"):
            element = element | {"placeholder": {"type": "plain_text", "text": _placeholder(element) + MARK}}
            element["initial_value"] = element.get("initial_value", "").replace("\n", LINE_END)
        options = [_marked(option) if option["value"] in chosen else option for option in element.get("options", ())]
        drawn = element | ({"options": options} if options else {})
        return block | {"block_id": _page_id(block["block_id"], element), "element": drawn}

    def _answer(self, element: _Data, sent: _Data | None) -> _Data | None:
        """An element's state as Slack would send it; none where what the page sent is right."""
        if picked := _picked(element):
            option = (sent or {}).get("selected_option") or {}
            return {"type": element["type"], f"selected_{picked}": option.get("value")}
        if sent is not None and element.get("multiline"):
            return sent | {"value": (sent.get("value") or "").replace(LINE_END, "\n") or None}
        if sent is None and "initial_value" in element:
            return {"type": element["type"], "value": element["initial_value"]}
        if sent is None and "initial_date" in element:
            return {"type": element["type"], "selected_date": element["initial_date"]}
        return None


def _page_id(block_id: str, element: _Data) -> str:
    """The page tells inputs apart by their block alone, Slack by their action, too."""
    return f"{block_id} {element['action_id']}"


def _picked(element: _Data) -> str | None:
    """What one picks in it: a user, a channel or a conversation; none in any other element."""
    kind, _, rest = str(element["type"]).partition("s_")
    return kind if rest == "select" and kind in ("user", "channel", "conversation") else None


def _placeholder(element: _Data) -> str:
    return str(element.get("placeholder", {}).get("text", ""))


def _option(value: str, text: str) -> _Data:
    return {"value": value, "text": {"type": "plain_text", "text": text}}


def _marked(option: _Data) -> _Data:
    return option | {"text": option["text"] | {"text": option["text"]["text"] + MARK}}
