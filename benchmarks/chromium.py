"""Debian's Chromium over its own protocol: only so can a cross-site frame's CPU be slowed too."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import simple_websocket

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--site-per-process",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1280,800",
)


class Page:
    """One tab, its frames attached before they run: ``slowdown`` holds for all of them."""

    def __init__(self, socket: Any, slowdown: int, frame_script: str) -> None:
        self._socket, self._slowdown, self._frame_script = socket, slowdown, frame_script
        self._asked = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self.frames: list[str] = []
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attach = {"targetId": target, "flatten": True}
        self.session = self.call("Target.attachToTarget", attach)["sessionId"]
        self.target = target
        self._prepare(self.session)

    def call(
        self, method: str, params: dict[str, Any] | None = None, session: str | None = None
    ) -> dict[str, Any]:
        asked = self._send(method, params or {}, session)
        limit = time.monotonic() + 30
        while asked not in self._answers:
            if time.monotonic() > limit:
                raise TimeoutError(method)
            self._take(1)
        answer = self._answers.pop(asked)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def go(self, url: str) -> None:
        self.call("Page.navigate", {"url": url}, self.session)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def ask(self, expression: str, session: str | None = None) -> Any:
        """The value of an expression; promises are awaited."""
        params = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self.call("Runtime.evaluate", params, session or self.session)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def wait(self, expression: str, session: str | None = None, limit_s: float = 20) -> Any:
        limit = time.monotonic() + limit_s
        while time.monotonic() < limit:
            if value := self.ask(expression, session):
                return value
            self._take(0.02)
        raise TimeoutError(expression)

    def wait_frame(self) -> str:
        limit = time.monotonic() + 20
        while not self.frames:
            if time.monotonic() > limit:
                raise TimeoutError("no frame")
            self._take(0.05)
        return self.frames[-1]

    def mouse(self, kind: str, x: float, y: float) -> None:
        button = {"button": "left", "clickCount": 1} if kind != "mouseMoved" else {}
        self.call(
            "Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **button}, self.session
        )

    def task_ms(self) -> float:
        """Main-thread time of the host page so far."""
        metrics = self.call("Performance.getMetrics", {}, self.session)["metrics"]
        return 1000 * float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

    def pause(self, seconds: float) -> None:
        """Lets the page go on while events are taken."""
        limit = time.monotonic() + seconds
        while (left := limit - time.monotonic()) > 0:
            self._take(left)

    def close(self) -> None:
        self.call("Target.closeTarget", {"targetId": self.target})

    def _prepare(self, session: str) -> None:
        self._send("Emulation.setCPUThrottlingRate", {"rate": self._slowdown}, session)
        self._send("Page.enable", {}, session)
        self._send("Performance.enable", {}, session)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
        self._send("Target.setAutoAttach", attach, session)

    def _send(self, method: str, params: dict[str, Any], session: str | None) -> int:
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": params}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        return self._asked

    def _take(self, timeout: float) -> None:
        data = self._socket.receive(timeout=timeout)
        if data is None:
            return
        message = json.loads(data)
        if "id" in message:
            self._answers[message["id"]] = message
        elif _is_frame(message):
            self._attached(message["params"]["sessionId"])

    def _attached(self, session: str) -> None:
        self._prepare(session)
        self._send("Page.addScriptToEvaluateOnNewDocument", {"source": self._frame_script}, session)
        self._send("Runtime.runIfWaitingForDebugger", {}, session)
        self.frames.append(session)


def _is_frame(message: dict[str, Any]) -> bool:
    is_attached = message["method"] == "Target.attachedToTarget"
    return bool(is_attached and message["params"]["targetInfo"]["type"] == "iframe")


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser's debugging socket."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            ["/usr/bin/chromium", *FLAGS, f"--user-data-dir={folder}"],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr
        url = next(
            found[1]
            for line in process.stderr
            if (found := re.search(r"listening on (ws://\S+)", line))
        )
        socket = simple_websocket.Client(url)
        try:
            yield socket
        finally:
            socket.close()
            process.terminate()
            process.wait(20)


def host_page(folder: Path) -> None:
    """An ordinary host page without the tag; the benchmark inserts it."""
    paragraphs = "".join(f"<p>Paragraph {n} of an ordinary page.</p>" for n in range(60))
    Path(folder, "index.html").write_text(
        f"<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>Host</title>{paragraphs}"
    )
