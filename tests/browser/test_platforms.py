"""A visitor's conversation with every platform: on a host page, in a real browser, with the real
server and the platform's fake behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import PATIENCE_MS, Chat
from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, Customer, Widget, customers, tag
from tests.browser.platforms import PLATFORMS, Fake, Platform, site
from tests.samples import picture, written
from tests.serving import Server, wait_until

pytestmark = pytest.mark.browser

BY_NAME = {platform.name: platform for platform in PLATFORMS}
WAITING = [platform.name for platform in PLATFORMS if platform.whole]
TOLD = [platform.name for platform in PLATFORMS if platform.verdict]
UNTOLD = [platform.name for platform in PLATFORMS if not platform.verdict]
BARE = [platform.name for platform in PLATFORMS if platform.bare is not None]
STOP_MS = 1_000
LAUNCHERS = {"en": "Chat", "zh-CN": "在线咨询"}
each_platform = pytest.mark.parametrize("name", BY_NAME)


class Street:
    """One server with a site for every platform, the platforms' fakes, and host pages."""

    def __init__(self, folder: Path, customer: Customer, fakes: dict[str, Fake]) -> None:
        self.customer = customer
        self.fakes = fakes
        self.server = Server(folder, "".join(self._sites()))

    def _sites(self) -> Iterator[str]:
        origins = (self.customer.origin,)
        for name, platform in BY_NAME.items():
            settings = dict(platform.settings(self.fakes[name]))
            yield site(name, "Acme", platform.kind, settings, origins=origins)
            if platform.bare is not None:
                less = {**settings, **platform.bare}
                key = f"{name}-bare"
                yield site(key, "Acme", platform.kind, less, origins=origins, has_feedback=False)

    def visit(self, page: Page, key: str, lang: str = "en") -> Chat:
        """The chat of a site, opened on its customer's page."""
        page.set_viewport_size(DESK)
        page.goto(self.customer.page(tag(self.server, key), lang=lang, path=f"/{key}"))
        widget = Widget(page, launcher=LAUNCHERS[lang])
        widget.launcher.click()
        chat = Chat(page, widget.frame)
        expect(chat.root.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)
        return chat


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with ExitStack() as stack:
        customer = stack.enter_context(customers())
        fakes = {one.name: stack.enter_context(one.start()) for one in PLATFORMS}
        street = Street(tmp_path_factory.mktemp("street"), customer, fakes)
        stack.callback(street.server.stop)
        street.server.start()
        yield street


def begin(
    street: Street, page: Page, name: str, *, lang: str = "en", suffix: str = ""
) -> tuple[Chat, Platform, Fake]:
    """The open chat of a platform's site; nothing waits there any more, and no refusal either that
    a test planted and did not live to see."""
    platform, fake = BY_NAME[name], street.fakes[name]
    platform.gate(fake).clear()
    if fake:
        fake.clear_next()
    return street.visit(page, name + suffix, lang), platform, fake


def unfolded(fold: Locator) -> Locator:
    """What a fold shows when it is pressed; before that it shows nothing."""
    inner = fold.locator(":scope > :not(summary)")
    expect(inner).to_be_hidden()
    fold.locator("summary").click()
    expect(inner).to_be_visible()
    return inner


def attach_button(chat: Chat) -> Locator:
    return chat.button("Attach files")


@pytest.mark.parametrize("name", WAITING)
def test_text_is_read_while_it_is_written(street: Street, page: Page, name: str) -> None:
    chat, platform, fake = begin(street, page, name)
    chat.ask(platform.gated)
    expect(chat.last_text).to_have_text(platform.half.strip(), timeout=PATIENCE_MS)
    expect(chat.answers.last.locator(".tail")).to_have_attribute("data-state", "running")
    expect(chat.button("Stop the answer")).to_be_visible()
    expect(chat.button("Send")).to_be_visible(visible=platform.takes_follow_ups)
    platform.gate(fake).set()

    chat.wait_for_end()
    expect(chat.last_text).to_have_text(platform.whole)
    expect(chat.button("Stop the answer")).to_be_hidden()


@each_platform
def test_steps_sources_and_suggestions_are_seen(street: Street, page: Page, name: str) -> None:
    chat, platform, _ = begin(street, page, name)
    chat.ask_and_wait(platform.question)
    answer = chat.answers.last

    expect(unfolded(answer.locator(".reasoning"))).to_contain_text(platform.thought)
    expect(answer.locator(".text table")).to_be_visible()
    expect(answer.locator(".steps")).to_have_count(1 if platform.steps else 0)
    if platform.steps:
        unfolded(answer.locator(".steps"))
    expect(answer.locator('.step[data-state="done"] [data-slot=title]')).to_have_text(
        list(platform.steps)
    )
    if platform.sources:
        unfolded(answer.locator(".sources"))
    else:
        expect(answer.locator(".sources")).to_be_hidden()
    titles, hosts = ([one[index] for one in platform.sources] for index in (0, 1))
    expect(answer.locator(".source [data-slot=link]")).to_have_text(titles)
    expect(answer.locator(".source [data-slot=host]")).to_have_text(hosts)
    suggestions = chat.root.locator("#suggestions button")
    expect(suggestions.locator("visible=true")).to_have_text(list(platform.suggestions))
    if platform.suggestions:
        suggestions.first.click()
        expect(chat.questions).to_have_text([platform.question, platform.suggestions[0]])
        chat.wait_for_end()


@each_platform
def test_file_is_chosen_sent_and_taken(
    street: Street, page: Page, name: str, tmp_path: Path
) -> None:
    chat, platform, fake = begin(street, page, name)
    lamp = written(tmp_path, "Lamp.png", picture(size=(64, 36)))
    with page.expect_file_chooser() as chooser:
        attach_button(chat).click()
    chooser.value.set_files(lamp)
    chip = chat.root.locator("#chips > .chip")
    expect(chip).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)
    chat.ask_and_wait("plain")

    expect(chat.root.locator(".question .attachment img")).to_be_visible()
    expect(chat.answers.last).to_contain_text(platform.tells)
    assert platform.got(fake, lamp.read_bytes())


@pytest.mark.parametrize("name", TOLD)
def test_verdicts_reach_the_platform(street: Street, page: Page, name: str) -> None:
    chat, platform, fake = begin(street, page, name)
    chat.ask_and_wait("plain")
    assert platform.verdict
    assert platform.verdicts
    for button, word in zip(("Good answer", "Bad answer"), platform.verdicts, strict=True):
        chat.button(button).click()
        expect(chat.button(button)).to_have_attribute("aria-pressed", "true")
        wait_until(partial(_says, platform, fake, word), f"{word} to arrive")


def _says(platform: Platform, fake: Fake, word: str) -> bool:
    assert platform.verdict
    try:
        return platform.verdict(fake) == word
    except IndexError:  # none has come yet
        return False


@pytest.mark.parametrize("name", UNTOLD)
def test_verdict_is_kept_here_where_the_platform_takes_none(
    street: Street, page: Page, name: str
) -> None:
    chat, _, _ = begin(street, page, name)
    chat.ask_and_wait("thanks" if name == "demo" else "plain")
    chat.button("Good answer").click()
    expect(chat.button("Good answer")).to_have_attribute("aria-pressed", "true")

    page.reload()  # an open chat opens again
    expect(chat.button("Good answer")).to_have_attribute(
        "aria-pressed", "true", timeout=PATIENCE_MS
    )


@each_platform
def test_stop_is_quick_and_told(street: Street, page: Page, name: str) -> None:
    chat, platform, fake = begin(street, page, name)
    chat.ask(platform.gated)
    expect(chat.last_text).to_contain_text(platform.half.strip(), timeout=PATIENCE_MS)
    chat.button("Stop the answer").click()

    tail = chat.answers.last.locator(".tail")
    expect(tail).to_have_attribute("data-state", "stopped", timeout=STOP_MS)
    expect(chat.answers.last).to_contain_text("You stopped this answer.")
    expect(chat.last_text).to_contain_text(platform.half.strip())
    assert platform.was_stopped(fake)


@each_platform
def test_failure_is_told_in_our_words_and_another_try_answers(
    street: Street, new_page: NewPage, name: str
) -> None:
    page = new_page(locale="zh-CN")
    page.clock.install()
    chat, platform, fake = begin(street, page, name, lang="zh-CN")
    platform.refuse(fake)
    chat.ask(platform.refused)
    chat.wait_for_end("failed")
    words = f"助手现在很忙。请在 {platform.wait_s} 秒后重试。"
    expect(chat.answers.last.locator(".ending p")).to_have_text(words)
    expect(chat.answers.last.get_by_role("button", name=re.compile("秒后"))).to_be_visible()
    page.clock.fast_forward(platform.wait_s * 1000)
    chat.button("重新回答").click()

    chat.wait_for_end()
    expect(chat.questions).to_have_count(1)
    expect(chat.answers).to_have_count(1)


@pytest.mark.parametrize("name", BARE)
def test_what_does_not_work_is_not_offered(street: Street, page: Page, name: str) -> None:
    chat, platform, fake = begin(street, page, name, suffix="-bare")
    expect(attach_button(chat)).to_be_hidden()
    chat.ask(platform.gated)
    expect(chat.last_text).to_contain_text(platform.half.strip(), timeout=PATIENCE_MS)
    expect(chat.button("Send")).to_be_hidden()
    platform.gate(fake).set()
    chat.wait_for_end()

    for name in ("Good answer", "Bad answer"):
        expect(chat.button(name)).to_have_count(0)
    expect(chat.root.locator(".sources")).to_be_hidden()
    expect(chat.root.locator(".steps, .reasoning")).to_have_count(0)
