"""A conversation as it goes well."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.gallery.state import State, Visit, start_over
from tests.browser.show import Show
from tests.browser.words import ASKED, DRAFT, HALF_WAY, MORE, SHOWN, WHY

# In a long answer, each on a screen of its own.
FIRST_PART = {"zh-CN": "亚麻", "en": "Linen"}
SECOND_PART = {"zh-CN": "黄铜", "en": "Brass"}
RUNNING = {"zh-CN": "正在询问快递", "en": "Asking the carrier"}


def write_draft(show: Show) -> None:
    show.composer.fill(DRAFT[show.words])


def clear_draft(show: Show) -> None:
    show.composer.fill("")


def ask_and_hold(show: Show, question: str, last: str) -> None:
    show.line.hold_after(last)
    show.ask(question, "running")


def wait_for_first_word(show: Show) -> None:
    ask_and_hold(show, ASKED[show.words], '"run.started"')
    expect(show.answer.locator(".typing")).to_be_visible(timeout=PATIENCE_MS)


def read_along(show: Show) -> None:
    half = HALF_WAY[show.words]
    ask_and_hold(show, ASKED[show.words], half)
    expect(show.answer).to_contain_text(half, timeout=PATIENCE_MS)


def watch_a_step(show: Show) -> None:
    step = RUNNING[show.words]
    ask_and_hold(show, MORE["order"][show.words], step)
    expect(show.answer).to_contain_text(step, timeout=PATIENCE_MS)


def let_go(show: Show) -> None:
    show.line.let_go()
    show.wait_for("done")
    start_over(show)


def ask_postage(show: Show) -> None:
    show.ask(ASKED[show.words])


def ask_postage_and_unfold(show: Show) -> None:
    ask_postage(show)
    for fold in show.answer.locator("details > summary").all():
        if fold.is_visible():
            fold.click()


def stop(show: Show) -> None:
    show.ask(MORE["stall"][show.words], "running")
    expect(show.answer.locator(".text")).to_be_visible(timeout=PATIENCE_MS)
    show.frame.locator(".halt").click()
    show.wait_for("stopped")


def scroll_away(show: Show) -> None:
    """Up to the beginning, while an answer comes."""
    ask_and_hold(show, MORE["long"][show.words], FIRST_PART[show.words])
    expect(show.answer).to_contain_text(FIRST_PART[show.words], timeout=PATIENCE_MS)
    show.frame.locator("#transcript").hover()
    show.page.mouse.wheel(0, -400)
    expect(show.answer.locator("h1")).to_be_in_viewport(timeout=PATIENCE_MS)
    show.line.hold_after(SECOND_PART[show.words])
    expect(show.frame.locator("#jump")).to_be_visible(timeout=PATIENCE_MS)


def dislike(show: Show) -> None:
    ask_postage(show)
    show.answer.locator("[data-act=dislike]").click()
    panel = show.answer.locator(".panel")
    panel.locator("label").last.click()
    panel.locator("textarea").fill(WHY[show.words])


def like(show: Show) -> None:
    ask_postage(show)
    button = show.answer.locator("[data-act=like]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)


def quote(show: Show) -> None:
    ask_postage(show)
    show.answer.locator("[data-act=cite]").click()
    expect(show.frame.locator(".citation")).to_be_visible(timeout=PATIENCE_MS)
    show.composer.fill(MORE["returns"][show.words])


def take_back(show: Show) -> None:
    show.frame.locator(".citation button").click()
    clear_draft(show)
    start_over(show)


def shown(what: str) -> State:
    return State(
        what,
        lambda show: show.ask(SHOWN[what][show.words]),
        aim=Show.begin_with_what_is_asked,
    )


def answered(what: str, state: str = "done") -> State:
    return State(what, lambda show: show.ask(MORE[what][show.words], state))


BEGINNING = Visit(
    "beginning",
    (
        State("opening", leave=lambda show: None),
        State("typing", write_draft, leave=clear_draft),
        State("waiting", wait_for_first_word, leave=let_go),
        State("streaming", read_along, leave=let_go),
        State("step-running", watch_a_step, leave=let_go),
        State("finished", ask_postage),
        State("unfolded", ask_postage_and_unfold),
        State("stopped", stop),
    ),
)
ANSWERS = Visit(
    "answers",
    (
        answered("code"),
        answered("table"),
        shown("formula"),
        answered("sources"),
        answered("drawing"),
        answered("cut"),
        State("scrolled-up", scroll_away, leave=let_go),
    ),
)
ASKING = Visit("asking", (shown("form"), shown("confirmation"), shown("card")))
RATING = Visit(
    "rating",
    (
        State("liked", like),
        State("feedback", dislike),
        State("quote", quote, leave=take_back),
        answered("lock"),
        answered("closed"),
    ),
)
