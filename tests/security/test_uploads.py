"""Files as an attacker would send and ask for them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.factories import make_caller, make_site
from tests.samples import archive, bomb, picture, png
from tests.serving import DEMO_SITE, Frames, Server, wait_until
from tests.web.uploading import ask, begin, error, link, multipart, post_form, upload
from widget.runs.uploads import MOST_UNSENT
from widget.web.limits import FILES_AT_ONCE
from widget.web.multipart import MOST_RECEIVED
from widget.web.tokens import LINK_LASTS_S, Tokens

Start = Callable[..., Server]


def kept(server: Server) -> list[Path]:
    folder = server.folder / "data" / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def test_another_visitors_file_is_as_good_as_none(server: Server, connect: Frames) -> None:
    mine = upload(server, server.token()).json["id"]
    stranger = server.token()

    for attachment in (mine, "att_none"):
        assert error(link(server, stranger, attachment))[:2] == (404, "not_found")
        gone = ask(server, "DELETE", f"/frame/acme/uploads/{attachment}", stranger)
        assert error(gone)[:2] == (404, "not_found")
        frame = connect(server)
        frame.hello(stranger)
        frame.send("message.send", client_message_id="cm-12345678", attachments=[attachment])
        refused = frame.until("error")
        assert (refused["code"], refused["ref"]) == ("file_refused", "cm-12345678")
        assert refused["message"] == "A file is no longer here. Please add it again."
        page = post_form(server, {"token": stranger, "text": "x", "attachment": [attachment]})
        assert page.status == 422
        assert b"att_" not in page.body.split(b'<ol class="messages"')[1].split(b"</ol>")[0]


def test_another_sites_token_opens_nothing(start_server: Start) -> None:
    server = start_server(DEMO_SITE + DEMO_SITE.replace('"acme"', '"other"'))
    name = server.tokens.new_visitor("acme")[0]
    mine = upload(server, server.token(visitor=name)).json["id"]

    assert link(server, server.token("other", name), mine).status == 401
    there = f"/frame/other/uploads/{mine}/link"
    assert ask(server, "POST", there, server.token("other", name), b"").status == 404


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_nothing_is_read_without_a_token(server: Server, token: str) -> None:
    before = len(kept(server))

    assert upload(server, token).status == 401
    assert link(server, token, "att_x").status == 401
    assert ask(server, "DELETE", "/frame/acme/uploads/att_x", token).status == 401
    assert len(kept(server)) == before


def test_pages_of_elsewhere_are_refused(server: Server) -> None:
    token, place = server.token(), "/frame/acme/uploads"
    body, kind = multipart({}, ("a.txt", b"x", "text/plain"))
    doors = (("POST", place), ("POST", f"{place}/x/link"), ("DELETE", f"{place}/x"))
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for method, path in doors:
            assert ask(server, method, path, token, body, kind, headers).status == 403
    assert ask(server, "POST", place, token, body, kind, {"Origin": server.url}).status == 201


def test_links_are_one_visitors_for_five_minutes(server: Server) -> None:
    name = server.tokens.new_visitor("acme")[0]
    mine = upload(server, server.token(visitor=name)).json["id"]
    secret = (server.folder / "data" / "secret.key").read_text().strip().encode()
    owner = make_caller(make_site(), visitor=name)

    def status(caller: object = owner, age_s: float = 0, attachment: str = mine) -> int:
        tokens = Tokens(secret, clock=lambda: time.time() - age_s)
        return server.get(f"/files/{tokens.sign_file(caller, attachment)}").status  # type: ignore[arg-type]

    assert status() == 200
    assert status(age_s=LINK_LASTS_S - 5) == 200
    assert status(age_s=LINK_LASTS_S + 5) == 404
    assert status(age_s=-120) == 404
    assert status(attachment="att_none") == 404
    assert status(make_caller(make_site(), visitor="vis_stranger")) == 404
    assert status(make_caller(make_site(key="none"), visitor=name)) == 404
    assert status(make_caller(make_site(token_generation=2), visitor=name)) == 404


def test_changed_links_open_nothing(server: Server) -> None:
    token = server.token()
    url = link(server, token, upload(server, token).json["id"]).json["url"]

    assert server.get(url).status == 200
    for changed in (url[:-1], url + "x", url.replace("/files/", "/files/x"), f"/files/{token}"):
        assert server.get(changed).status == 404
    assert (
        ask(server, "POST", "/frame/acme/uploads", url.removeprefix("/files/"), b"").status == 401
    )


def test_expired_links_say_what_to_do(server: Server) -> None:
    secret = (server.folder / "data" / "secret.key").read_text().strip().encode()
    tokens = Tokens(secret, clock=lambda: time.time() - 1000)
    answer = server.get(f"/files/{tokens.sign_file(make_caller(make_site()), 'att_x')}?lang=en")

    assert error(answer)[2].startswith("The link to this file was good for five minutes.")


@pytest.mark.parametrize(
    ("name", "data", "declared"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        ("a.png", b"<svg onload='alert(1)'/>", "image/png"),
        ("a.html", b"<script>alert(1)</script>", "text/html"),
        ("a.gif", b"GIF89a/*<script>alert(1)</script>*/", "image/gif"),
        ("a.png", b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "image/png"),
        ("a.xhtml", b"<html xmlns='x'>", "application/xhtml+xml"),
        ("a.png", png(60_000, 60_000), "image/png"),
        ("a.pdf", archive("a"), "application/pdf"),
        ("a", b"\x7fELF\x02", "image/png"),
    ],
)
def test_dressed_up_files_are_refused(
    server: Server, name: str, data: bytes, declared: str
) -> None:
    before = kept(server)

    assert error(upload(server, server.token(), data, name, declared))[:2] == (422, "file_refused")
    assert kept(server) == before


def test_a_script_behind_a_good_picture_stays_a_picture_to_be_saved(server: Server) -> None:
    token = server.token()
    sent = upload(server, token, picture() + b"<script>alert(1)</script>", "a.html.png").json
    answer = server.get(link(server, token, sent["id"]).json["url"])

    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="a.html.png";')


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../../etc/cron.d/x.txt", "x.txt"),
        ("..\\\\..\\\\windows\\\\x.txt", "x.txt"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("x\u202etxt.exe", "xtxt.exe.txt"),
        ('x"; filename="y.html.txt', "x_; filename=_y.html.txt"),
        ("\r\nSet-Cookie: a=b.txt", "%0D%0ASet-Cookie_ a=b.txt"),
        ("<img src=x onerror=alert(1)>.txt", "_img src=x onerror=alert(1)_.txt"),
        ("." * 300 + ".txt", "txt.txt"),
    ],
)
def test_names_name_no_place_and_no_header(server: Server, name: str, shown: str) -> None:
    token = server.token()
    before = {path.name for path in kept(server)}
    body, kind = multipart({}, ("PLACE", b"hello", "text/plain"))
    body = body.replace(b"PLACE", name.replace("\r\n", "%0D%0A").replace('"', "%22").encode())
    answer = ask(server, "POST", "/frame/acme/uploads", token, body, kind)

    told = answer.json
    assert told["name"] == shown
    assert {path.name for path in kept(server)} - before == {told["id"]}
    given = server.get(link(server, token, told["id"]).json["url"])
    assert "Set-Cookie" not in given.headers
    assert given.headers["Content-Disposition"].startswith("attachment; filename")


def test_an_archive_that_would_fill_the_disk_is_kept_as_it_is(server: Server) -> None:
    data = bomb(200_000_000)
    sent = upload(server, server.token(), data, "zeros.zip", "application/zip").json

    assert sent["size"] == len(data) < 1_000_000


def test_ten_thousand_tiny_files_do_not_get_in(start_server: Start) -> None:
    server = start_server()
    token = server.token()
    with ThreadPoolExecutor(8) as threads:
        tries = [threads.submit(upload, server, token) for _ in range(3 * MOST_UNSENT)]
        statuses = [one.result().status for one in tries]

    assert statuses.count(201) == MOST_UNSENT
    assert len(kept(server)) == MOST_UNSENT
    assert set(statuses) == {201, 422}


def test_one_address_has_a_bound(start_server: Start) -> None:
    server = start_server(DEMO_SITE.replace("address_per_minute = 0", "address_per_minute = 2"))
    statuses = [upload(server, server.token()).status for _ in range(12)]

    assert statuses == [201] * 8 + [429] * 4


def test_a_form_with_ten_thousand_parts_is_refused(server: Server) -> None:
    before = len(kept(server))
    files = [(f"{number}.txt", b"x", "text/plain") for number in range(10_000)]
    answer = post_form(server, {"token": server.token(), "text": "x"}, *files)

    assert answer.status == 413
    assert len(kept(server)) == before


@pytest.mark.parametrize("door", ["uploads", "messages", "messages/msg_x/parts/0/answer"])
def test_an_address_sends_a_few_files_at_once(start_server: Start, door: str) -> None:
    """Also where the token comes last in the form, or never."""
    server = start_server(DEMO_SITE.replace("address_per_minute = 0", "address_per_minute = 999"))
    path, token = f"/frame/acme/{door}", server.token()
    kind = "multipart/form-data; boundary=x"
    with ExitStack() as stack:
        for _ in range(FILES_AT_ONCE):
            stack.enter_context(closing(begin(server, path, token, 1000, kind)))
        wait_until(lambda: ask(server, "POST", path, token, b"--x--", kind).status == 429)
    wait_until(lambda: ask(server, "POST", path, token, b"--x--", kind).status != 429)


def test_a_form_of_very_many_small_files_is_refused_in_a_few_words(start_server: Start) -> None:
    server = start_server()
    files = [(f"{number}.txt", b"x", "text/plain") for number in range(900)]
    answer = post_form(server, {"token": server.token(), "text": "x"}, *files)

    found = re.search(r'role="alert">(.*?)</p>', answer.body.decode(), re.DOTALL)
    assert found
    told = found[1].splitlines()
    assert (answer.status, len(kept(server))) == (422, MOST_UNSENT)
    assert len(told) == MOST_RECEIVED - MOST_UNSENT + 1
    assert told[-1] == f"“{MOST_RECEIVED}.txt”: Files in one message: 20 at most."


def test_files_that_nobody_asked_for_are_read_off(server: Server) -> None:
    before = len(kept(server))
    token = server.token()
    for path in ("conversations", "runs/-/stop", "messages/x/retry"):
        post_form(server, {"token": token}, ("a.txt", b"x" * 1000, "text/plain"), path=path)

    assert len(kept(server)) == before


def test_a_form_of_a_stranger_leaves_no_file(server: Server) -> None:
    before = kept(server)
    answer = post_form(server, {"token": "x", "text": "typed"}, ("a.txt", b"x", "text/plain"))

    assert answer.status == 401
    assert b"typed</textarea>" in answer.body
    assert kept(server) == before
