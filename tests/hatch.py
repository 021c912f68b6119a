"""The process behind ``tests.warm``: imports once, forks for each order, runs the command there.

Called as a process of its own: ``python -m tests.hatch <line> [serve]``. Two forks stand behind an
order: the command, and its parent, which tells how it ended.
"""

from __future__ import annotations

import _socket
import array
import gc
import json
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

from coverage import process_startup

from widget.cli import main as chatdock

ORDER_BYTES = 200_000


def main() -> None:
    """Returns in the fork alone, and only when the command does."""
    line = _socket.socket(fileno=int(sys.argv[1]))
    if is_server := sys.argv[2:] == ["serve"]:
        _prepare_server()
    import_module("widget.commands")
    # At its end a fork looks through all that it could free, and would copy every page of it.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits here for the forks
    while True:
        order, streams = _receive(line)
        if not order:
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            line.close()
            _become(json.loads(order), *streams)
            if is_server:
                import_module("gevent").reinit()
            return chatdock()
        for one in streams:
            os.close(one)


def _prepare_server() -> None:
    """As ``chatdock serve`` begins; and what its worker imports, which its parent does not have."""
    import_module("gevent.monkey").patch_all(os=False, signal=False)
    import_module("widget.web.worker")
    remembered = import_module("tests.remembered")
    remembered.remember_templates()
    remembered.remember_assets()


def _receive(line: _socket.socket) -> tuple[bytes, list[int]]:
    """Not with ``socket.recv_fds``: patched, it waits in a loop that must not cross the fork."""
    numbers = array.array("i", [0, 0, 0])
    order, ancillary, _, _ = line.recvmsg(ORDER_BYTES, _socket.CMSG_SPACE(numbers.itemsize * 3))
    if not ancillary:
        return b"", []
    numbers = array.array("i")
    numbers.frombytes(ancillary[0][2])
    return order, numbers.tolist()


def _become(order: dict[str, Any], out: int, err: int, told: int) -> None:
    """The process that was ordered. Its parent stays here to wait for it."""
    if pid := os.fork():
        answer = _socket.socket(fileno=told)
        answer.send(str(pid).encode())
        _, status = os.waitpid(pid, 0)
        with suppress(OSError):  # a test that has been ended itself
            answer.send(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.setsid()
    os.dup2(out, 1)
    os.dup2(err, 2)
    for one in (out, err, told):
        os.close(one)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    process_startup()  # counts the lines from here on, where the environment asks for it
    sys.argv = ["chatdock", *order["arguments"]]


if __name__ == "__main__":
    main()
