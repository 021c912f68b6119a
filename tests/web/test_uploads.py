"""Files over real HTTP: uploaded, sent along, given back; by scripts and by plain forms."""

from __future__ import annotations

import html
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.samples import picture
from tests.serving import DEMO_SITE, Answer, Frames, Server, wait_until
from tests.web.uploading import ask, begin, error, link, multipart, post_form, upload

Start = Callable[..., Server]
SMALL = DEMO_SITE.replace("visitor_per_minute = 0", "visitor_per_minute = 0\nupload_mb = 1")


def folder(server: Server) -> Path:
    return server.folder / "data" / "uploads"


def kept(server: Server) -> list[str]:
    return sorted(one.name for one in folder(server).iterdir()) if folder(server).exists() else []


def page(answer: Answer) -> str:
    return answer.body.decode()


def alert(answer: Answer) -> str:
    found = re.search(r'id="alert" role="alert">(.*?)</p>', page(answer), re.DOTALL)
    return html.unescape(found[1]) if found else ""


def waiting(answer: Answer) -> list[str]:
    """Files that the page's form still holds."""
    return re.findall(r'name="attachment" value="(att_[\w-]+)"', page(answer))


def shown(answer: Answer) -> list[str]:
    """Files in the messages of the page."""
    return re.findall(r'data-attachment="(att_[\w-]+)"', page(answer))


def test_a_file_is_taken_and_described(server: Server) -> None:
    answer = upload(server, server.token(), picture(), "Lamp.png", "image/png")

    assert answer.status == 201
    told = answer.json
    assert (told["name"], told["content_type"], told["size"]) == (
        "Lamp.png",
        "image/png",
        len(picture()),
    )
    path = folder(server) / told["id"]
    assert path.read_bytes() == picture()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_sent_file_is_in_the_thread_and_the_answer_speaks_of_it(
    server: Server, connect: Frames
) -> None:
    token = server.token()
    sent = upload(server, token, picture(size=(64, 36)), "Lamp.png").json
    frame = connect(server)
    ready = frame.hello(token)
    frame.send("message.send", client_message_id="cm-12345678", attachments=[sent["id"]])
    frame.until("message.accepted")
    frame.until("run.ended")

    assert ready["offered"]["uploads"]["max_count"] == 6
    assert "64 × 36" in "".join(frame.seen)
    again = connect(server)
    again.hello(token)
    question = again.until("conversation")["conversation"]["messages"][0]
    assert question["parts"] == [
        {
            "kind": "attachment",
            "name": "Lamp.png",
            "size": sent["size"],
            "content_type": "image/png",
            "attachment": sent["id"],
        }
    ]


def test_a_link_gives_the_file_back_to_be_saved(server: Server) -> None:
    token = server.token()
    sent = upload(server, token, picture(), "Lampe für 桌.png").json
    told = link(server, token, sent["id"])
    answer = server.get(told.json["url"])

    assert told.json["expires_in_s"] == 300
    assert told.headers["Cache-Control"] == "no-store"
    assert (answer.status, answer.body) == (200, picture())
    headers = answer.headers
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Length"] == str(len(picture()))
    assert headers["Content-Disposition"] == (
        'attachment; filename="Lampe f_r _.png"; '
        "filename*=UTF-8''Lampe%20f%C3%BCr%20%E6%A1%8C.png"
    )
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, max-age=300"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers


def test_only_pictures_keep_their_type(server: Server) -> None:
    token = server.token()
    sent = upload(server, token, b"hello <b>", "a.txt", "text/plain").json
    answer = server.get(link(server, token, sent["id"]).json["url"])

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.body == b"hello <b>"


def test_a_large_file_comes_and_goes_whole(server: Server) -> None:
    token = server.token()
    data = b"0123456789abcdef" * 600_000  # 9.6 MB
    sent = upload(server, token, data, "big.txt").json

    assert sent["size"] == len(data)
    assert server.get(link(server, token, sent["id"]).json["url"]).body == data


def test_an_unsent_file_can_be_taken_back(server: Server) -> None:
    token = server.token()
    sent = upload(server, token).json["id"]
    path = f"/frame/acme/uploads/{sent}"

    assert ask(server, "DELETE", path, token).status == 204
    assert not (folder(server) / sent).exists()
    assert ask(server, "DELETE", path, token).status == 404
    assert link(server, token, sent).status == 404


def test_one_byte_too_many_is_told_by_how_much(start_server: Start) -> None:
    server = start_server(SMALL)
    token = server.token()

    assert upload(server, token, b"x" * 1_000_000).status == 201
    assert error(upload(server, token, b"x" * 1_000_001)) == (
        413,
        "file_refused",
        "The file is 0.1 MB too large; 1 MB are possible.",
    )
    assert len(kept(server)) == 1


def test_what_is_far_too_large_is_not_even_read(start_server: Start) -> None:
    server = start_server(SMALL)
    path = "/frame/acme/uploads?lang=en"
    connection = begin(server, path, server.token(), 900_000_000, "multipart/form-data; boundary=x")
    answer = connection.getresponse()  # while nothing of the body has been sent

    assert answer.status == 413
    assert b"MB too large" in answer.read()
    connection.close()
    assert kept(server) == []


@pytest.mark.parametrize(
    ("name", "data", "declared", "words"),
    [
        ("a.png", b"<html>", "image/png", "The file is not what its name says."),
        ("a.txt", b"", "text/plain", "The file is empty."),
        ("a.exe", b"MZ\0\0", "application/octet-stream", "Files of this kind cannot be sent here."),
        ("refuse.txt", b"x", "text/plain", "The assistant's service did not accept this file."),
    ],
)
def test_refusals_have_words(
    server: Server, name: str, data: bytes, declared: str, words: str
) -> None:
    before = kept(server)
    status, code, message = error(upload(server, server.token(), data, name, declared))

    assert (status, code) == (422, "file_refused")
    assert message.startswith(words)
    assert kept(server) == before


def test_refusals_speak_chinese(server: Server) -> None:
    body, kind = multipart({}, ("a.png", b"<html>", "image/png"))
    path = "/frame/acme/uploads?lang=zh-CN"
    answer = ask(server, "POST", path, server.token(), body, kind)

    assert error(answer)[2] == "文件内容与文件名不符，请发送原始文件。"


@pytest.mark.parametrize(
    "files", [[], [("a.txt", b"x", "text/plain")] * 2, [("", b"", "application/octet-stream")]]
)
def test_exactly_one_file_is_wanted(server: Server, files: list[tuple[str, bytes, str]]) -> None:
    body, kind = multipart({"text": "x"}, *files)
    answer = ask(server, "POST", "/frame/acme/uploads", server.token(), body, kind)

    assert error(answer)[:2] == (422, "bad_input")


def test_a_broken_upload_leaves_nothing(start_server: Start) -> None:
    server = start_server()
    kind = "multipart/form-data; boundary=x"
    connection = begin(server, "/frame/acme/uploads", server.token(), 600_000, kind)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    connection.send(head + b"x" * 400_000)
    connection.close()
    second = upload(server, server.token(), b"whole")

    assert second.status == 201
    wait_until(lambda: kept(server) == [second.json["id"]], "the half one to be gone")


def test_sites_without_uploads_take_none(start_server: Start) -> None:
    server = start_server(DEMO_SITE + "[sites.ui.chatBot]\nuploadable = false\n")
    answer = upload(server, server.token())

    assert error(answer)[:2] == (409, "not_offered")
    assert 'data-uploads="off"' in server.get("/chat/acme").body.decode()


def test_texts_of_the_module_come_on_demand(server: Server) -> None:
    english = server.get("/frame/acme/texts/en/uploads.json").json

    assert english["uploads.lost"] == "The upload broke off."
    assert server.get("/frame/acme/texts/zh-CN/uploads.json").json.keys() == english.keys()
    assert server.get("/frame/acme/texts/fr/uploads.json").status == 404


def test_a_plain_form_brings_files_and_text(server: Server) -> None:
    token = server.token()
    files = [("Lamp.png", picture(), "image/png"), ("a.txt", b"hello", "text/plain")]
    answer = post_form(server, {"token": token, "text": "Look"}, *files)

    assert answer.status == 200
    assert len(shown(answer)) == 2
    assert "This is what arrived (2):" in page(answer)
    assert waiting(answer) == []
    links = re.findall(r'<a class="attachment[^>]*href="(/files/[^"]+)"', page(answer))
    assert [server.get(one).body for one in links] == [picture(), b"hello"]


def test_a_plain_form_may_bring_a_file_alone(server: Server) -> None:
    answer = post_form(server, {"token": server.token()}, ("a.txt", b"hello", "text/plain"))

    assert answer.status == 200
    assert len(shown(answer)) == 1


def test_an_untouched_file_field_is_no_file(server: Server) -> None:
    none = ("", b"", "application/octet-stream")
    answer = post_form(server, {"token": server.token(), "text": "Hello"}, none)

    assert (answer.status, shown(answer)) == (200, [])


def test_a_refused_file_costs_neither_text_nor_the_other_files(server: Server) -> None:
    token = server.token()
    files = [
        ("good.txt", b"hello", "text/plain"),
        ("bad.png", b"<html>", "image/png"),
        ("none.txt", b"", "text/plain"),
    ]
    refused = post_form(server, {"token": token, "text": "Look at these"}, *files)

    assert refused.status == 422
    assert alert(refused).splitlines() == [
        "“bad.png”: The file is not what its name says. Please send the original.",
        "“none.txt”: The file is empty.",
    ]
    assert "Look at these</textarea>" in page(refused)
    (good,) = waiting(refused)
    sent = post_form(server, {"token": token, "text": "Look at these", "attachment": [good]})
    assert (sent.status, shown(sent)) == (200, [good])


def test_a_refused_message_keeps_its_files(start_server: Start) -> None:
    server = start_server(DEMO_SITE.replace("visitor_per_minute = 0", "visitor_per_minute = 1"))
    token = server.token()
    post_form(server, {"token": token, "text": "One"})
    refused = post_form(server, {"token": token, "text": "Two"}, ("a.txt", b"x", "text/plain"))

    assert refused.status == 429
    assert len(waiting(refused)) == 1


def test_a_starter_leaves_files_and_text_in_the_form(server: Server) -> None:
    fields: dict[str, str | list[str]] = {
        "token": server.token(),
        "text": "half a thought",
        "starter": "How much is postage?",
    }
    answer = post_form(server, fields, ("a.txt", b"x", "text/plain"))

    assert (answer.status, shown(answer)) == (200, [])
    assert len(waiting(answer)) == 1
    assert "half a thought</textarea>" in page(answer)


def test_a_file_above_the_limit_in_a_form_costs_no_text(start_server: Start) -> None:
    server = start_server(SMALL)
    big = ("big.txt", b"x" * 1_700_000, "text/plain")
    answer = post_form(server, {"token": server.token(), "text": "Look"}, big)

    assert answer.status == 422
    assert alert(answer) == "“big.txt”: The file is 0.7 MB too large; 1 MB are possible."
    assert "Look</textarea>" in page(answer)
    assert kept(server) == []


def test_files_of_a_day_are_counted(start_server: Start) -> None:
    limits = "visitor_per_minute = 0\nvisitor_uploads_per_day = 2"
    server = start_server(DEMO_SITE.replace("visitor_per_minute = 0", limits))
    token = server.token()
    assert [upload(server, token).status for _ in range(2)] == [201, 201]
    upload(server, token, b"<html>", "a.png")  # a refused one is not counted, and not let in
    refused = upload(server, token)

    assert error(refused)[:2] == (429, "rate_limited")
    assert upload(server, server.token()).status == 201
