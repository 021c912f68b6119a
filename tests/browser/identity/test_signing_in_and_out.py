"""Signed-in visitors: who the host page says is there, and what stands on the screen then."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.identity.conftest import Visitor
from tests.browser.identity.visit import HEAD
from tests.serving import Server, wait_until
from tests.signing import user_token

pytestmark = pytest.mark.browser


def test_person_finds_the_conversation_in_every_browser(visitor: Visitor, server: Server) -> None:
    token = user_token(server, "everywhere")
    visitor().go(token).ask("Thanks")

    elsewhere = visitor().go(token)

    elsewhere.expect_questions("Thanks")


def test_signing_in_keeps_the_conversation_and_the_text_in_the_box(
    visitor: Visitor, server: Server
) -> None:
    here = visitor().go()
    here.ask("Thanks")
    here.widget.composer.fill("half a thought")
    token = user_token(server, "keeps")
    with here.page.expect_response("**/frame/acme/token"):
        here.identify(token)
    here.widget.composer.press("Enter")

    here.expect_questions("Thanks", "half a thought")
    visitor().go(token).expect_questions("Thanks", "half a thought")


def test_signing_in_keeps_a_running_answer(visitor: Visitor, server: Server) -> None:
    here = visitor("calm").go()
    here.widget.ask("Where is my order 2046?")
    expect(here.answer.locator(".text")).to_contain_text("order", timeout=PATIENCE_MS)
    token = user_token(server, "midway", site="calm")
    here.identify(token)
    expect(here.answer.locator(".tail")).to_have_attribute("data-state", "running")
    here.widget.wait_for_answer()
    streamed = here.answer.inner_text()

    elsewhere = visitor("calm").go(token)

    elsewhere.expect_questions("Where is my order 2046?")
    expect(elsewhere.answer).to_have_text(here.answer.text_content() or "")
    assert elsewhere.answer.inner_text() == streamed


def test_what_was_asked_before_comes_only_for_the_person(visitor: Visitor, server: Server) -> None:
    here = visitor().go()
    here.ask("Anonymous and older")
    here.widget.frame.get_by_role("button", name="New conversation").click()
    here.expect_questions()
    here.ask("The open one")
    with here.page.expect_response("**/frame/acme/token"):
        here.identify(user_token(server, "older"))
    here.expect_questions("The open one")
    here.identify(None)
    here.expect_questions()
    here.go()

    here.expect_questions()


def test_signing_out_clears_the_screen_and_the_box(visitor: Visitor, server: Server) -> None:
    here = visitor().go(user_token(server, "leaves"))
    here.ask("Private matter")
    here.widget.composer.fill("more of it")
    here.identify(None)

    here.expect_questions()
    expect(here.widget.composer).to_have_value("")
    expect(here.widget.frame.get_by_text("Private matter")).to_have_count(0)
    here.ask("I am somebody else")
    here.go()
    here.expect_questions("I am somebody else")


def test_page_without_the_attribute_is_signed_out(visitor: Visitor, server: Server) -> None:
    here = visitor().go(user_token(server, "attribute"))
    here.ask("Private matter")

    here.go()

    here.expect_questions()
    expect(here.widget.frame.get_by_text("Private matter")).to_have_count(0)


def test_next_person_sees_nothing_of_the_one_before(visitor: Visitor, server: Server) -> None:
    ada, ben = user_token(server, "next-ada"), user_token(server, "next-ben")
    here = visitor().go(ada)
    here.ask("Said by Ada")
    here.identify(ben)
    here.expect_questions()
    here.ask("Said by Ben")
    here.expect_questions("Said by Ben")

    here.identify(ada)

    here.expect_questions("Said by Ada")


def test_page_that_changes_its_body_signs_out(visitor: Visitor, server: Server) -> None:
    here = visitor().go(user_token(server, "turbo"))
    here.ask("Private matter")
    here.page.evaluate(
        """() => {
          const next = document.createElement("body");
          const same = document.querySelector("script[data-user-token]");
          const again = document.createElement("script");
          again.src = same.src;
          next.append(again);
          document.body.replaceWith(next);
        }"""
    )

    here.expect_questions()


def test_page_says_who_is_there_before_the_script_is(visitor: Visitor, server: Server) -> None:
    token = user_token(server, "queued")
    visitor().go(token).ask("Thanks")

    here = visitor().go(head=f"{HEAD}<script>chatdock('identify', '{token}')</script>")

    here.expect_questions("Thanks")


def test_question_of_the_page_is_asked_by_the_person(visitor: Visitor, server: Server) -> None:
    token = user_token(server, "page-asks")
    here = visitor()
    here.load(token)
    here.widget.call("send", "Asked by a button")
    here.expect_questions("Asked by a button")
    here.widget.wait_for_answer()

    visitor().go(token).expect_questions("Asked by a button")


def test_signing_out_while_the_sign_in_is_on_its_way(visitor: Visitor, server: Server) -> None:
    here = visitor().go()
    here.ask("Private matter")
    held: list[Any] = []
    here.page.route("**/frame/acme/token", lambda route: held.append(route), times=1)
    here.identify(user_token(server, "on-its-way"))
    wait_until(lambda: here.page.evaluate("1") and held, "the sign-in to be on its way")

    here.identify(None)
    here.expect_questions()
    with suppress(Error):  # it was given up
        held[0].continue_()

    here.ask("Somebody new")
    here.go()
    here.expect_questions("Somebody new")
