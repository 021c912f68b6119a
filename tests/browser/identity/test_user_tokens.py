"""User tokens that end, are refused or come from a function of the page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, Customer
from tests.browser.identity.conftest import Visitor
from tests.browser.identity.visit import SITE, Visit
from tests.serving import Server
from tests.signing import user_token

pytestmark = pytest.mark.browser


def test_function_is_asked_again_before_the_token_ends(visitor: Visitor, server: Server) -> None:
    here = visitor().go()
    brief, lasting = (user_token(server, "renews", ends_in_s=s) for s in (6, 3600))
    here.identify_by_function(brief, lasting)
    here.ask("Thanks")
    here.page.wait_for_function("asked === 2")
    here.ask("And again")

    here.expect_questions("Thanks", "And again")
    assert here.page.evaluate("told") == []


def test_ended_sign_in_loses_no_text_and_goes_on_with_a_new_token(
    visitor: Visitor, server: Server
) -> None:
    here = visitor().go()
    here.identify(user_token(server, "ends", ends_in_s=-56))
    here.ask("Thanks")
    assert here.told("identity.expired") == [{}]
    expect(here.widget.frame.get_by_text("Your sign-in has ended.")).to_be_visible()
    here.widget.ask("Typed too late")
    here.expect_questions("Thanks", "Typed too late")

    here.identify(user_token(server, "ends"))

    expect(here.widget.frame.locator("#messages > .answer")).to_have_count(2)
    here.widget.wait_for_answer()
    here.expect_questions("Thanks", "Typed too late")
    expect(here.widget.frame.get_by_text("Your sign-in has ended.")).to_be_hidden()


def test_sign_in_that_ended_can_be_left(visitor: Visitor, server: Server) -> None:
    here = visitor().go()
    here.identify(user_token(server, "left", ends_in_s=-56))
    here.ask("Private matter")
    here.told("identity.expired")

    here.identify(None)

    here.expect_questions()
    here.ask("Somebody new")
    here.expect_questions("Somebody new")


def test_rotating_at_once_ends_the_sign_in(
    visitor: Visitor, start_server: Any, customer: Customer, new_page: NewPage
) -> None:
    own = start_server(SITE.format(key="acme", origin=customer.origin, delay_ms=0))
    here = Visit(new_page(viewport=DESK), customer, own)
    here.go(user_token(own, "rotated"))
    here.ask("Thanks")
    own.command("site", "acme", "rotate", "--now")
    here.told("identity.expired")

    here.identify(user_token(own, "rotated"))

    here.ask("Back again")
    here.expect_questions("Thanks", "Back again")


def test_refused_token_is_told_to_the_page_and_the_chat_goes_on(
    visitor: Visitor, server: Server
) -> None:
    here = visitor()
    warnings: list[str] = []
    here.page.on("console", lambda one: warnings.append(one.text))
    here.go(user_token(server, "late", ends_in_s=-61))

    reason = "The sign-in was refused. (the user token has expired)"
    assert here.told("identity.refused") == [{"reason": reason}]
    assert f"chatdock: {reason}" in warnings
    here.ask("Thanks")
    here.identify("not.a.token")
    here.page.wait_for_function("told.length === 2")
    here.expect_questions("Thanks")


def test_person_of_whom_a_page_speaks_no_more_leaves_the_screen(
    visitor: Visitor, server: Server
) -> None:
    here = visitor().go(user_token(server, "spoken"))
    here.ask("Private matter")

    here.identify("not.a.token")

    here.told("identity.refused")
    here.expect_questions()


def test_function_is_asked_once_more_when_its_token_is_refused(
    visitor: Visitor, server: Server
) -> None:
    here = visitor().go()
    here.ask("Thanks")
    here.identify_by_function("not.a.token", user_token(server, "second"))
    here.page.wait_for_function("asked === 2")
    assert len(here.told("identity.refused")) == 1
    here.ask("Signed in now")

    visitor().go(user_token(server, "second")).expect_questions("Thanks", "Signed in now")


def test_function_that_fails_leaves_everything_as_it_is(visitor: Visitor, server: Server) -> None:
    here = visitor().go(user_token(server, "fails"))
    here.ask("Thanks")
    here.page.evaluate("chatdock('identify', () => Promise.reject(new Error('no line')))")

    assert here.told("identity.refused") == [{"reason": "no line"}]
    here.expect_questions("Thanks")
