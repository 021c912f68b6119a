"""Stops one run as the server does: an exception thrown into the run's greenlet.

Called as a process of its own, since everything has to be patched by gevent from the start.
Arguments: kind, settings as JSON, question. Prints one JSON object.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - gevent patches first
import sys  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402

from widget.domain.errors import RunStopped  # noqa: E402
from widget.domain.events import RunStarted, TextDelta  # noqa: E402
from widget.domain.sites import ProviderChoice  # noqa: E402
from widget.providers.base import Turn, UpstreamRef  # noqa: E402
from widget.providers.registry import build  # noqa: E402


def main(kind: str, settings: str, question: str) -> None:
    provider = build(ProviderChoice(kind, json.loads(settings)))
    seen: list[object] = []
    has_text = gevent.event.Event()
    caught: list[str] = []

    def read() -> None:
        try:
            for event in provider.run(Turn(kind="send", text=question, visitor="vis_1")):
                seen.append(event)
                if isinstance(event, TextDelta):
                    has_text.set()
        except BaseException as error:
            caught.append(type(error).__name__)

    running = gevent.spawn(read)
    assert has_text.wait(10), seen
    gevent.sleep(0.2)  # well inside the stall
    began = time.monotonic()
    running.kill(RunStopped("stopped"), block=False)
    provider.cancel(_ref(seen))
    running.join(10)
    took_s = time.monotonic() - began
    json.dump({"caught": caught, "took_s": took_s, "is_dead": running.dead}, sys.stdout)


def _ref(seen: list[object]) -> UpstreamRef:
    started = [event for event in seen if isinstance(event, RunStarted)]
    runs = [event.upstream_run for event in started if event.upstream_run]
    return UpstreamRef("vis_1", started[-1].upstream_conversation, runs[-1] if runs else None, None)


main(*sys.argv[1:])
