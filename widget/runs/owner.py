"""Who owns a run: a name for this process that tells others on the machine when it is gone.

A lease alone would leave an answer hanging until it ends. The kernel knows at once that a process
has died, and its start time makes a reused number no mistake.
"""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex


def new_owner() -> str:
    """A name that no other process has: machine, process and, where the kernel tells, its start."""
    pid = os.getpid()
    return f"{_machine()}.{pid}.{_start_of(pid) or token_hex(4)}"


def is_gone(owner: str) -> bool:
    """Whether the owner surely runs no more; False when that cannot be known from here."""
    machine, _, rest = owner.rpartition(".")[0].rpartition(".")
    start = owner.rpartition(".")[2]
    if not machine or machine != _machine() or not rest.isdigit() or not start.isdigit():
        return False
    return _start_of(int(rest)) != start


def _machine() -> str:
    """This boot of this machine, and the container: process numbers mean nothing across either."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot.replace('-', '')[:16]}-{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        return "unknown"


def _start_of(pid: int) -> str | None:
    """When the process started, in clock ticks since boot; None when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *rest = fields.rpartition(")")[2].split()
    return None if state in "ZX" else rest[18]
