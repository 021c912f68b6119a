"""What a visitor waits for on a link of 150 ms round trip and 1.6 Mbit/s, CPU slowed four times.

``python -m benchmarks.open [--quick]``: launcher on screen, click to usable composer (cold and
after a hover), main-thread time that the tag adds, bytes over the link. Medians; no TLS.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from benchmarks.chromium import Page, chromium, host_page
from benchmarks.link import Link
from benchmarks.server import Server, serving

SITE = """
[[sites]]
key = "bench"
name = "Bench"
origins = ["http://127.0.0.1:{port}"]
greeting = "您好！有什么可以帮您？"
starters = ["运费怎么算？", "怎么退货？"]
[sites.limits]
address_per_minute = 0
[sites.provider]
kind = "demo"
"""
SLOWDOWN = 4
NOW = "performance.timeOrigin + performance.now()"

# In the frame: the moment when the composer first stands on screen and takes typing.
FRAME_SCRIPT = f"""
(function look() {{
  const box = document.querySelector("textarea");
  const rect = box && box.getBoundingClientRect();
  if (box && rect.height > 0 && !box.disabled && !box.readOnly) window.usableAt = {NOW};
  else setTimeout(look, 4);
}})();
"""

FIND = """
(() => {
  for (const element of document.querySelectorAll("*")) {
    const button = element.shadowRoot && element.shadowRoot.querySelector("button");
    if (button && button.getBoundingClientRect().width > 0) return button;
  }
  return null;
})()
"""

INSERT = f"""
new Promise((done) => {{
  const tag = document.createElement("script");
  tag.async = true;
  tag.src = "%s";
  const from = {NOW};
  document.head.append(tag);
  (function look() {{
    if ({FIND}) requestAnimationFrame(() => done({NOW} - from));
    else setTimeout(look, 4);
  }})();
}})
"""

# On the host page: the moment when the frame is shown after the click.
WATCH = f"""
window.shownAt = 0;
addEventListener("pointerdown", () => {{ window.clickedAt = {NOW}; }}, true);
(function look() {{
  let frame = null;
  for (const element of document.querySelectorAll("*")) {{
    frame = frame || (element.shadowRoot && element.shadowRoot.querySelector("iframe"));
  }}
  frame = frame || document.querySelector("iframe");
  const style = frame && getComputedStyle(frame);
  const isShown = style && style.visibility === "visible" && Number(style.opacity) > 0.5
    && frame.getBoundingClientRect().height > 100 && window.clickedAt;
  if (isShown) window.shownAt = {NOW};
  else setTimeout(look, 4);
}})();
"""


@contextmanager
def host_server(folder: str) -> Iterator[int]:
    handler = partial(_Quiet, directory=folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


def visit(socket: Any, host: str, server: Server, *, hovers: bool) -> dict[str, float]:
    """One new visitor on a new access line."""
    with Link(server.port) as link:
        page = Page(socket, SLOWDOWN, FRAME_SCRIPT)
        page.go(host)
        page.pause(0.3)
        tag = f"http://localhost:{link.port}/embed/bench.js?{link.port}"
        idle_ms = _spent(page)
        before = page.task_ms()
        launcher_ms = page.ask(INSERT % tag)
        page.pause(0.7)
        main_thread_ms = page.task_ms() - before - idle_ms
        before_click = link.received_bytes
        page.ask(WATCH)
        usable_ms = _open(page, hovers=hovers)
        page.pause(1.5)
        opened = link.received_bytes - before_click
        page.close()
    return {
        "launcher_ms": launcher_ms,
        "main_thread_ms": main_thread_ms,
        "usable_ms": usable_ms,
        "bytes_before_click": before_click,
        "bytes_on_open": opened,
    }


def _spent(page: Page) -> float:
    """What the page's main thread does in the same time without us."""
    before = page.task_ms()
    page.pause(1.1)
    return page.task_ms() - before


def _open(page: Page, *, hovers: bool) -> float:
    box = page.ask(f"(() => {{ const r = {FIND}.getBoundingClientRect(); return [r.x, r.y]; }})()")
    x, y = box[0] + 20, box[1] + 20
    if hovers:
        page.mouse("mouseMoved", x, y)
        page.pause(2)
    page.mouse("mousePressed", x, y)
    page.mouse("mouseReleased", x, y)
    frame = page.wait_frame()
    page.wait("window.shownAt", limit_s=20)
    page.wait("window.usableAt", frame)
    clicked, shown = page.ask("[window.clickedAt, window.shownAt]")
    usable = page.ask("window.usableAt", frame)
    return float(max(shown, usable) - clicked)


def measure(times: int) -> dict[str, float]:
    figures: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, host_server(folder) as port:
        host_page(Path(folder))
        with serving(SITE.format(port=port)) as server, chromium() as socket:
            for hovers in (False, True) * times:
                seen = visit(socket, f"http://127.0.0.1:{port}/", server, hovers=hovers)
                for name, value in seen.items():
                    is_hover = hovers and name == "usable_ms"
                    figures.setdefault("usable_after_hover_ms" if is_hover else name, []).append(
                        value
                    )
    return {name: median(values) for name, values in figures.items()}


def main() -> None:
    figures = measure(2 if "--quick" in sys.argv else 7)
    print("| what | median |\n|---|---|")
    for name, value in figures.items():
        print(f"| {name} | {value:,.0f} |")
    results = Path("benchmarks/results")
    results.mkdir(exist_ok=True)
    Path(results, "open.json").write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
