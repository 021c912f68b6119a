"""Full collections happen when the worker says so, and only when there is something to collect."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import gc, threading, time
from widget.web import garbage

class Knot:
    def __init__(self):
        self.me = self

def full():
    return gc.get_stats()[2]["collections"]

garbage.EVERY_S = 0.01
kept = [object() for _ in range(10)]
garbage.begin()
frozen, before = gc.get_freeze_count(), full()
old = [Knot() for _ in range(200_000)]
for _ in range(2 * garbage.WORTH_IT):
    gc.collect(1)
quiet = full() - before
threading.Thread(target=garbage.keep, daemon=True).start()
while full() == before:
    time.sleep(0.01)
once = full() - before
time.sleep(0.2)
print(frozen > 1000, quiet, once, full() - before)
"""


def test_only_what_is_worth_it_is_collected_in_full() -> None:
    """In a process of its own: what is frozen stays so."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.split() == ["True", "0", "1", "1"]
