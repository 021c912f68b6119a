"""Reading what a page says."""

from __future__ import annotations

import json
import re
from typing import Any

from werkzeug.test import TestResponse

from widget.domain.sites import Site
from widget.store.database import Store
from widget.store.sites import save_site

OWNER = "https://www.acme.example"


def csp(answer: TestResponse) -> dict[str, list[str]]:
    """The content security policy, directive by directive."""
    rules = answer.headers["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (rule.split() for rule in rules)}


def page_data(answer: TestResponse) -> dict[str, Any]:
    """What the page carries for its modules."""
    found = re.search(r'<script type="application/json" id="page">(.*?)</script>', answer.text)
    assert found, answer.text
    data: dict[str, Any] = json.loads(found[1])
    return data


def save(store: Store, site: Site) -> None:
    with store.begin() as tx:
        save_site(tx, site, store.cipher)
