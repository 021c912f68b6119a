"""The real ``openai-chatkit`` server behind a whole ``chatdock serve``, as a frame sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leaks import leaking_files, leaks
from tests.peers.chatkit_peer import ChatKitPeer
from tests.peers.chatkit_visit import Visit, control, kinds, part_of
from tests.serving import Frames, Server, wait_until

pytestmark = pytest.mark.peers

KEY = "ck-served-0d1c9b7e55"
SITE = """
[[sites]]
key = "acme"
name = "Acme"
origins = ["https://www.acme.example"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "chatkit"
url = "{url}"
api_key = "{key}"
upload_strategy = "two_phase"
[sites.ui.chatBot.feedback]
isNeedFeedback = true
"""


@pytest.fixture(scope="module")
def peer() -> Iterator[ChatKitPeer]:
    with ChatKitPeer() as started:
        yield started


@pytest.fixture(scope="module")
def server(peer: ChatKitPeer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("chatkit")
    running = Server(folder, SITE.format(url=peer.url, key=KEY))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def visit(server: Server, connect: Frames) -> Visit:
    return Visit(server, connect)


def test_answer_and_its_source_stand_after_a_reload(visit: Visit) -> None:
    answer = visit.ask("slow and steady")

    assert part_of(answer, "text").html == "<p>You said: slow and steady</p>"
    assert part_of(answer, "source").url == "https://example.com"


def test_title_is_the_servers(visit: Visit) -> None:
    visit.ask("title Red shoes")

    assert visit.shown().title == "Red shoes"


def test_locked_thread_takes_no_more_messages(visit: Visit) -> None:
    visit.ask("lock")

    shown = visit.shown()
    assert (shown.access, shown.access_reason) == ("locked", "locked by test")
    visit.frame.send(
        "message.send",
        client_message_id="cm-locked",
        text="again",
        conversation=visit.conversation,
    )
    assert visit.frame.until("error")["ref"] == "cm-locked"


def test_failure_shows_its_words_and_can_be_tried_again(visit: Visit) -> None:
    failed = visit.ask("fail", state="failed")

    assert part_of(failed, "notice").text == "custom failure"
    assert failed.failure
    assert failed.failure.retryable
    again = visit.then("message.retry", state="failed", message=failed.id)
    assert again.id != failed.id


def test_retry_brings_another_answer_to_the_same_question(visit: Visit) -> None:
    first = visit.ask("hello")

    second = visit.then("message.retry", message=first.id)

    assert second.id != first.id
    assert part_of(second, "text").html == "<p>You said: hello</p>"


def test_workflow_task_and_progress_are_steps(visit: Visit) -> None:
    found = {
        word: [(part.title, part.state) for part in visit.ask(word).parts if part.kind == "step"]
        for word in ("workflow", "task", "progress")
    }

    assert found == {
        "workflow": [("Search", "done")],
        "task": [("One", "done")],
        "progress": [("Looking", "done")],
    }


def test_hidden_item_shows_nothing(visit: Visit) -> None:
    assert kinds(visit.ask("hidden")) == ["text", "source"]


def test_notice_and_image_stand_before_the_text(visit: Visit, peer: ChatKitPeer) -> None:
    assert part_of(visit.ask("notice"), "notice").level == "warning"
    assert part_of(visit.ask("image"), "image").url == f"{peer.files_url}/img_1"


def test_effect_reaches_the_frame(visit: Visit) -> None:
    visit.begin("effect")

    effect = visit.frame.until("effect")
    assert (effect["name"], effect["data"]) == ("toast", {"text": "hi"})


def test_page_is_called_and_its_result_goes_back(visit: Visit) -> None:
    visit.begin("tool")
    called = visit.frame.until("tool.called")
    assert (called["name"], called["arguments"]) == ("get_page", {"a": 1})
    visit.frame.until("run.ended")

    answer = visit.then(
        "tool.result", message=called["message"], id=called["id"], result={"title": "Shop"}
    )

    assert part_of(answer, "text").html == "<p>You said: (resumed)</p>"


def test_call_that_the_page_never_answered_does_not_stop_the_talk(visit: Visit) -> None:
    visit.ask("tool")

    answer = visit.ask("never mind")

    assert part_of(answer, "text").html == "<p>You said: never mind</p>"


def test_form_is_answered(visit: Visit) -> None:
    asked = visit.ask("ask")
    place = kinds(asked).index("input_request")

    answer = visit.then("input.answer", message=asked.id, part=place, values={"q1": ["B"]})

    assert part_of(answer, "text").html == "<p>You said: (resumed)</p>"
    assert visit.shown().messages[-2].parts[place].state == "answered"


def test_button_of_a_widget_is_pressed(visit: Visit) -> None:
    shown = visit.ask("widget")
    place = kinds(shown).index("widget")
    html = shown.parts[place].html or ""
    assert "Hello" in html

    answer = visit.then("input.answer", message=shown.id, part=place, action=control(html, "Go"))

    assert (part_of(answer, "text").html or "").startswith("<p>action go {'n': 1} from msg_")


def test_quiet_button_begins_no_answer(visit: Visit) -> None:
    shown = visit.ask("widget")
    place = kinds(shown).index("widget")
    html = shown.parts[place].html or ""

    visit.frame.send("input.answer", message=shown.id, part=place, action=control(html, "Mark"))

    told = visit.frame.until("part")
    assert (told["message"], told["index"], told["part"]["html"]) == (shown.id, place, html)
    assert len(visit.shown().messages) == 2


def test_stop_keeps_what_was_said(visit: Visit) -> None:
    visit.begin("slow one two three four five six seven eight")
    run = visit.frame.until("run.started")["run"]
    while not any("said" in seen for seen in visit.frame.seen):
        visit.frame.receive()

    stopped = visit.then("run.stop", state="stopped", run=run)

    assert (part_of(stopped, "text").html or "").startswith("<p>You said:")


def test_feedback_reaches_the_server(visit: Visit, peer: ChatKitPeer) -> None:
    answer = visit.ask("hello")
    told = peer.said().count("positive")

    visit.frame.send("feedback.give", message=answer.id, verdict="like")

    visit.frame.until("feedback.saved")
    wait_until(lambda: peer.said().count("positive") == told + 1, "the verdict")


def test_file_goes_along(visit: Visit, server: Server) -> None:
    boundary = "x" * 20
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\nhello there\r\n--{boundary}--\r\n"
    )
    headers = {
        "Authorization": f"Bearer {visit.token}",
        "Content_Type": f"multipart/form-data; boundary={boundary}",
        "Origin": server.url,
    }
    stored = server.ask("POST", "/frame/acme/uploads", body.encode(), headers)
    assert stored.status == 201, stored.body

    answer = visit.ask("look", attachments=[stored.json["id"]])

    assert part_of(answer, "text").html == "<p>You said: look with a.txt</p>"


def test_server_that_lost_its_threads_answers_on(visit: Visit, peer: ChatKitPeer) -> None:
    visit.ask("hello")
    peer.forget()

    assert part_of(visit.ask("still there"), "text").html == "<p>You said: still there</p>"


def test_doctor_is_content(server: Server, peer: ChatKitPeer) -> None:
    told = server.command("doctor", "acme")

    assert f"{peer.url} is a ChatKit server and takes the credentials." in told
    assert "It answers a question." in told
    assert "It takes files." in told


def test_key_is_in_nothing_that_leaves_or_stays(visit: Visit, server: Server) -> None:
    visit.ask("hello")
    visit.ask("crash", state="failed")

    assert leaks("".join(visit.frame.seen), KEY) == []
    assert leaking_files(server.folder, KEY) == ["sites.toml"]


def test_planted_key_is_found(server: Server) -> None:
    planted = Path(server.folder) / "data" / "planted"
    planted.write_text(f"Authorization: Bearer {KEY}")

    assert "data/planted" in leaking_files(server.folder, KEY)
    planted.unlink()
