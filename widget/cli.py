"""The door of the ``chatdock`` command.

The server runs on greenlets, and a module imported before the patch keeps blocking calls; so this
file imports nothing of ours, and patches before it opens ``widget.commands``.
"""

from __future__ import annotations

import sys


def main() -> None:
    if sys.argv[1:2] == ["serve"]:
        from gevent import monkey  # noqa: PLC0415  only the server needs it

        # gunicorn's parent process forks and counts its children itself. With gevent's fork and
        # signals it never hears that a worker has died.
        monkey.patch_all(os=False, signal=False)
    from widget.commands import chatdock  # noqa: PLC0415  not before the patch

    chatdock(prog_name="chatdock")


if __name__ == "__main__":
    main()
