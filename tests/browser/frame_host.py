"""Pages that show our frame: a plain HTTP server on a host name that is not ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What a loader does for a frame, and no more: answers ``ready``, keeps what it was told.
PAGE = """<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>html, body {height: 100%; margin: 0} iframe {border: 0; width: 100%; height: 100%}</style>
<iframe title="Chat" referrerpolicy="strict-origin"></iframe>
<script>
const frame = document.querySelector("iframe");
const query = new URLSearchParams(location.search);
const src = new URL(query.get("src"));
window.heard = [];
window.say = (message, origin = src.origin) =>
  frame.contentWindow.postMessage({chatdock: 1, ...message}, origin);
addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== src.origin) return;
  heard.push(event.data);
  if (event.data.type !== "ready") return;
  say({type: "hello", options: {}});
  say({type: "opened"});
});
// A key is what a visitor's click on the launcher is: a reason to move the focus.
addEventListener("keydown", () => say({type: "focus"}));
src.searchParams.set("origin", location.origin);
frame.src = src.href;
</script>
</html>
"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet: a failing test has better things to show."""


@contextmanager
def host_pages() -> Iterator[str]:
    """Serves host pages; yields their origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
