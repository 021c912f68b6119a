from __future__ import annotations

from typing import Any

import pytest

from tests.factories import make_site
from widget.domain.compat import Compat, CozePages
from widget.domain.coze_pages import bots_of, mark, sites_of
from widget.domain.sites import ProviderChoice, Site


def _site(key: str, *bots: str, **changes: Any) -> Site:
    return make_site(key=key, compat=Compat(coze=CozePages(bots)), **changes)


def test_a_site_answers_for_its_platforms_agent_and_for_those_that_are_named() -> None:
    settings = {"bot_id": "1", "workflow_id": "2", "app_id": "", "api_key": "pat_x"}

    site = _site("acme", "3", "1", provider=ProviderChoice("coze", settings))

    assert bots_of(site) == ("1", "2", "3")


def test_another_platforms_settings_name_no_agent_of_cozes() -> None:
    site = _site("acme", provider=ProviderChoice("demo", {"bot_id": "1"}))

    assert bots_of(site) == ()


def test_open_sites_that_answer_are_found_in_their_order() -> None:
    sites = [_site("a", "1"), _site("b", "1", is_paused=True), _site("c", "1", "2"), _site("d")]

    assert [site.key for site in sites_of("1", sites)] == ["a", "c"]
    assert list(sites_of("9", sites)) == []


@pytest.mark.parametrize(
    ("bot", "marked"), [("", 2166136261), ("7400000000000000001", 2341853045), ("台灯", 795244516)]
)
def test_an_id_is_marked_as_the_page_marks_it(bot: str, marked: int) -> None:
    """The same values stand in ``tests/js/coze_options.test.js``."""
    assert mark(bot) == marked
