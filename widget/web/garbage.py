"""Full garbage collections on our own time.

Left to itself, Python looks at every object of the process every few seconds under load: at 500
running answers 150 to 250 ms in which nothing else happens, which was the whole of the relay's
99th percentile. Young garbage is still collected as it comes; the rest may wait.
"""

from __future__ import annotations

import gc
import time

# A full collection costs as much as ever, so it must be rare: below one in a hundred deltas.
EVERY_S = 45.0
# Passes over the younger garbage since the last full one: an idle process has nothing to collect.
WORTH_IT = 10
NEVER = 1_000_000_000


def begin() -> None:
    """Everything that stands now stays: it is looked at no more."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)
    gc.collect()
    gc.freeze()


def keep() -> None:
    """Collects all there is, now and then. Runs for ever, beside everything else."""
    while True:
        time.sleep(EVERY_S)
        if gc.get_count()[2] >= WORTH_IT:
            gc.collect()
