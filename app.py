"""``python app.py`` serves with defaults; a WSGI server or a test finds ``app`` here."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from widget.cli import main

    sys.argv[1:1] = ["serve"]
    main()
else:
    from widget.web import create_app

    app = create_app()
