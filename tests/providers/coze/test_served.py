"""Coze behind the whole server: a killed process's answer finishes, a stop and a verdict arrive."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tests.fakes.coze.door import FINGERPRINT, OAUTH_APP, PERSONAL_KEY, key_pair
from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import ANSWER
from tests.fakes.coze.shop import BOT
from tests.leaks import leaks
from tests.samples import picture
from tests.serving import Frame, Frames, Server, wait_until
from tests.web.uploading import upload
from widget.domain.transcript import ShownConversation

StartServer = Callable[..., Server]


def site(platform: Platform, credential: str = f'api_key = "{PERSONAL_KEY}"') -> str:
    return f"""
[[sites]]
key = "acme"
name = "Acme"
origins = ["https://www.acme.example"]
ui.chatBot.feedback.isNeedFeedback = true
[sites.provider]
kind = "coze"
base_url = "{platform.url}"
edition = "cloud"
bot_id = "{BOT}"
{credential}
"""


def by_oauth() -> str:
    return f"""
oauth_app_id = "{OAUTH_APP}"
oauth_fingerprint = "{FINGERPRINT}"
oauth_private_key = '''
{key_pair()[0]}'''
"""


def shown(frame: Frame, token: str, conversation: str) -> ShownConversation:
    """The conversation as a page that opens now would get it."""
    frame.hello(token, conversation=conversation)
    whole = frame.until("conversation")["conversation"]
    return msgspec.convert(whole, ShownConversation)


def wait_for_word(frame: Frame, word: str) -> None:
    while not any(word in seen for seen in frame.seen):
        frame.receive()


def test_answer_of_a_killed_server_is_fetched_and_finishes(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(site(platform))
    token = server.token()
    frame = connect(server)
    frame.hello(token)
    accepted = frame.ask("gated")
    wait_for_word(frame, "运费")

    server.kill()
    platform.gate("go").set()
    server.start()

    again = connect(server)
    if shown(again, token, accepted["conversation"]).run:
        again.until("run.ended")
    answer = shown(connect(server), token, accepted["conversation"]).messages[-1]
    assert (answer.state, [part.html for part in answer.parts]) == ("done", [f"<p>{ANSWER}</p>"])
    assert len(platform.asked("/v3/chat")) == 1


def test_stop_reaches_the_platform(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(site(platform))
    frame = connect(server)
    frame.hello(server.token())
    frame.ask("stall")
    run = frame.until("run.started")["run"]
    wait_for_word(frame, "运费")

    frame.send("run.stop", run=run)

    assert frame.until("run.ended")["state"] == "stopped"
    assert platform.asked("/v3/chat")[0].gone.wait(5)
    wait_until(lambda: platform.only_run().chat.status == "canceled")


def test_verdict_reaches_the_platform(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(site(platform))
    frame = connect(server)
    frame.hello(server.token())
    frame.ask("plain")
    answer = frame.until("run.ended")["message"]

    frame.send("feedback.give", message=answer, verdict="dislike", detail="too short")

    frame.until("feedback.saved")
    wait_until(lambda: platform.state.feedback != {})
    (kept,) = platform.state.feedback.values()
    assert (kept["feedback_type"], kept["comment"]) == ("unlike", "too short")


def test_form_of_a_flow_is_answered_in_its_conversation(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(site(platform))
    frame = connect(server)
    frame.hello(server.token())
    frame.ask("question card")
    answer = frame.until("run.ended")["message"]

    frame.send("input.answer", message=answer, part=0, values={"@answer": ["M"]})

    assert frame.until("run.ended")["state"] == "done"
    asked, answered = platform.asked("/v3/chat")
    assert asked.query == answered.query
    assert [m["content"] for m in answered.json["additional_messages"]] == ["M"]


def test_results_of_the_pages_tools_go_on_with_the_run(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(site(platform))
    frame = connect(server)
    frame.hello(server.token())
    frame.ask("calls the page")
    answer = frame.until("run.ended")["message"]

    frame.send("tool.result", message=answer, id="call-1", result={"items": 2})
    frame.send("tool.result", message=answer, id="call-2", result="none", is_error=True)

    assert frame.until("run.ended")["state"] == "done"
    outputs = platform.only_run().outputs
    assert [(o["tool_call_id"], o["output"]) for o in outputs] == [
        ("call-1", '{"items":2}'),
        ("call-2", "none"),
    ]


def test_file_of_a_visitor_reaches_the_agent(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(site(platform))
    token = server.token()
    sent = upload(server, token, picture(), "Lamp.png", "image/png").json
    frame = connect(server)
    frame.hello(token)

    frame.send("message.send", client_message_id="cm-12345678", attachments=[sent["id"]])

    assert frame.until("run.ended")["state"] == "done"
    ((id_, (name, data)),) = platform.state.files.items()
    (row,) = platform.asked("/v3/chat")[0].json["additional_messages"]
    assert (name, data) == ("Lamp.png", picture())
    assert msgspec.json.decode(row["content"])[1:] == [{"type": "image", "file_id": id_}]


def test_doctor_speaks_of_an_oauth_app_and_nothing_shows_its_key(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(site(platform, by_oauth()))
    frame = connect(server)
    frame.hello(server.token())
    for question in ("plain", "refused:4015", "error in words"):
        frame.ask(question)
        frame.until("run.ended")

    told = server.command("doctor", "acme")

    secrets = [key_pair()[0].strip(), *platform.door.tokens]
    seen = told + "".join(frame.seen) + server.log.read_text()
    assert f"{platform.url} answers and takes the token, which sees the agent Shop." in told
    assert "It answers." in told
    assert [found for secret in secrets for found in leaks(seen, secret)] == []
    assert "BEGIN PRIVATE KEY" not in seen
