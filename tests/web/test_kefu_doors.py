"""Who is let in at the kefu door, from where, how often, and how it says no."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.serving import Answer, Server
from tests.web.kefu_client import ORIGIN, Client, kefu_site, refusal, user_token
from widget.web.cors import EXPOSED

StartServer = Callable[..., Server]

HELLO = "Hello, and welcome! What can I do for you today?"
DOCUMENT = "apis.kefu.document_errors = true"
SITES = (
    kefu_site()
    + kefu_site("other")
    + kefu_site("signed").replace("anonymous = true", "anonymous = false")
    + kefu_site("always", more="apis.kefu.always_200 = true")
    + kefu_site("document", more=f"{DOCUMENT}\napis.kefu.conversation_name = '小店'")
    + kefu_site("both", more=f"{DOCUMENT}\napis.kefu.always_200 = true")
    + kefu_site("closed").replace("enabled = true", "enabled = false")
    + kefu_site("speaking", more="ui.base.lang = 'en'")
    + kefu_site("narrow").replace("address_per_minute = 0", "address_per_minute = 2")
    + kefu_site("few").replace("address_per_minute = 0", "address_per_minute = 2")
    + kefu_site("busy").replace("visitor_per_minute = 0", "visitor_per_minute = 2")
)
CALLS: dict[str, dict[str, Any]] = {
    "chat": {"message": "hello"},
    "getHistory": {"conversation_id": "conv_none"},
    "createConversation": {},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("kefu"), SITES)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def code(answer: Answer) -> int:
    found: int = answer.json["code"]
    return found


# -- who it is


@pytest.mark.parametrize("header", ["Authorization", "X-Chatdock-User"])
def test_member_is_known_by_a_user_token(server: Server, header: str) -> None:
    anybody = Client(server, "signed")
    member = anybody.signed_in(user_token(server, "7", site="signed"), header)

    conversation = member.begin()

    assert member.ask("hello", conversation_id=conversation)["reply"] == HELLO
    again = anybody.signed_in(user_token(server, "7", site="signed"))
    assert again.history(conversation)["total"] == 2


def test_other_member_finds_nothing(server: Server) -> None:
    anybody = Client(server, "signed")
    conversation = anybody.signed_in(user_token(server, "7", site="signed")).begin()
    other = anybody.signed_in(user_token(server, "8", site="signed"))

    answer = other.post("getHistory", conversation_id=conversation)

    assert refusal(answer) == (404, 404, "conversation_not_found")


def test_own_header_goes_before_authorization(server: Server) -> None:
    """A wrapper may send its own server's credential with everything."""
    token = user_token(server, "7", site="signed")
    client = Client(
        server, "signed", {}, {"Authorization": "Bearer of-the-shop", "X-Chatdock-User": token}
    )

    assert client.begin()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer undefined"},
        {"Authorization": "Bearer null", "X-Chatdock-User": "undefined"},
        {"Authorization": "Basic dTpw"},
    ],
)
def test_unfilled_headers_are_none(server: Server, headers: dict[str, str]) -> None:
    """Then the id counts, where the owner lets it."""
    assert code(Client(server, headers=headers).post("createConversation")) == 0
    answer = Client(server, "signed", headers=headers).post("createConversation")
    assert refusal(answer) == (401, 401, "unauthorized")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "claims",
    [
        {"site": "other"},
        {"aud": "other"},
        {"exp": int(time.time()) - 3_600},
        {"sub": ""},
        {"sub": 7},
    ],
)
def test_wrong_user_token_is_refused(server: Server, call: str, claims: dict[str, Any]) -> None:
    """Also where unsigned ids are believed: nobody is taken for somebody else in silence."""
    token = user_token(server, **{"user": "7", "site": "acme", **claims})
    client = Client(server, headers={"Authorization": f"Bearer {token}"})

    answer = client.post(call, **CALLS[call])

    assert refusal(answer) == (401, 401, "unauthorized")
    assert answer.json["data"] is None
    # The reason is for the owner's developer, the words are for the visitor.
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer error="invalid_token", error_description="the user token ')
    assert answer.json["message"] == "请先登录。"


@pytest.mark.parametrize("token", ["x", "x.y.z", "é", "x" * 5_000])
def test_nonsense_for_a_user_token_is_refused(server: Server, token: str) -> None:
    answer = Client(server).signed_in(token).post("createConversation")

    assert refusal(answer) == (401, 401, "unauthorized")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("nobody", [{}, {"user_id": ""}, {"user_id": None}])
def test_nobody_is_refused(server: Server, call: str, nobody: dict[str, Any]) -> None:
    answer = Client(server, fields=nobody).post(call, **CALLS[call])

    assert refusal(answer) == (401, 401, "unauthorized")


@pytest.mark.parametrize("call", CALLS)
def test_unsigned_id_counts_only_where_the_owner_lets_it(server: Server, call: str) -> None:
    answer = Client(server, "signed").named("7").post(call, **CALLS[call])

    assert refusal(answer) == (401, 401, "unauthorized")


@pytest.mark.parametrize("name", ["7", "/kefu:7", "acme/kefu:7"])
def test_unsigned_id_never_reaches_a_signed_member(server: Server, name: str) -> None:
    conversation = Client(server).signed_in(user_token(server, "7")).begin()

    answer = Client(server).named(name).post("getHistory", conversation_id=conversation)

    assert refusal(answer) == (404, 404, "conversation_not_found")


@pytest.mark.parametrize("user", ["7", "/kefu:7", "acme/kefu:7"])
def test_signed_member_never_reaches_an_unsigned_id(server: Server, user: str) -> None:
    conversation = Client(server).named("7").begin()
    signed = Client(server).signed_in(user_token(server, user))

    answer = signed.post("getHistory", conversation_id=conversation)

    assert refusal(answer) == (404, 404, "conversation_not_found")


def test_user_token_goes_before_an_unsigned_id(server: Server) -> None:
    theirs = Client(server).named("somebody").begin()
    headers = {"Authorization": f"Bearer {user_token(server, '7')}"}
    client = Client(server, headers=headers).named("somebody")

    answer = client.post("getHistory", conversation_id=theirs)

    assert refusal(answer) == (404, 404, "conversation_not_found")


def test_one_site_knows_nothing_of_anothers_members(server: Server) -> None:
    conversation = Client(server, "acme").named("7").begin()

    answer = Client(server, "other").named("7").post("getHistory", conversation_id=conversation)

    assert refusal(answer) == (404, 404, "conversation_not_found")


def test_rotated_secret_ends_user_tokens(start_server: StartServer) -> None:
    server = start_server(kefu_site())
    client = Client(server).signed_in(user_token(server, "7"))
    conversation = client.begin()

    server.command("site", "acme", "rotate", "--now")

    answer = client.post("getHistory", conversation_id=conversation)
    assert refusal(answer) == (401, 401, "unauthorized")
    later = Client(server).signed_in(user_token(server, "7"))
    assert later.history(conversation)["total"] == 0


# -- which site


def test_path_without_site_is_refused_when_several_could_be_meant(server: Server) -> None:
    body = b'{"user_id": "u"}'

    answer = server.ask("POST", "/api/kefu/createConversation", body)

    assert refusal(answer) == (400, 400, "bad_input")
    assert (
        "acme, always, both, busy, document, few, narrow, other, signed, speaking"
        in (answer.json["message"])
    )


def test_path_without_site_means_the_one_of_the_page(server: Server) -> None:
    headers = {"Origin": "https://document.example", "Content-Type": "application/json"}

    answer = server.ask("POST", "/api/kefu/createConversation", b'{"user_id": "u"}', headers)

    assert answer.json["data"]["name"] == "小店"
    assert answer.headers["Access-Control-Allow-Origin"] == "https://document.example"


@pytest.mark.parametrize("call", CALLS)
def test_unknown_site_is_refused(server: Server, call: str) -> None:
    answer = Client(server, "nobody").post(call, **CALLS[call])

    assert refusal(answer) == (404, 404, "not_found")


@pytest.mark.parametrize("call", CALLS)
def test_door_is_closed_where_the_owner_has_not_opened_it(server: Server, call: str) -> None:
    answer = Client(server, "closed").post(call, **CALLS[call])

    assert refusal(answer) == (503, 503, "disabled")
    assert answer.json["retryable"] is False


def test_server_without_any_kefu_site_says_so(start_server: StartServer) -> None:
    server = start_server()

    answer = server.ask("POST", "/api/kefu/chat", b"{}")

    assert refusal(answer) == (503, 503, "disabled")


def test_paused_site_is_refused(start_server: StartServer) -> None:
    server = start_server(kefu_site())
    server.command("site", "acme", "pause")
    server.stop()
    server.start()

    for path in ("/sites/acme/api/kefu/chat", "/api/kefu/chat"):
        answer = server.ask("POST", path, b'{"user_id": "u", "message": "hello"}')

        assert refusal(answer) == (403, 403, "site_paused")


# -- from where


@pytest.mark.parametrize("call", CALLS)
def test_page_on_the_list_may_read_answers_and_refusals(server: Server, call: str) -> None:
    client = Client(server, headers={"Origin": ORIGIN})

    for answer in (client.post(call, **CALLS[call]), client.post(call, user_id=[])):
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Access-Control-Expose-Headers"] == EXPOSED
        assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://www.acme.example"])
def test_page_that_is_not_on_the_list_is_refused(server: Server, call: str, origin: str) -> None:
    answer = Client(server, headers={"Origin": origin}).post(call, **CALLS[call])

    assert refusal(answer) == (403, 403, "origin_refused")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert origin in answer.json["message"]


def test_without_an_origin_nobody_is_refused(server: Server) -> None:
    answer = Client(server).post("createConversation")

    assert code(answer) == 0
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("site", ["acme", "closed"])
@pytest.mark.parametrize("call", ["chat", "gethistory/", "createConversation"])
def test_preflight_is_answered(server: Server, site: str, call: str) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}

    answer = server.ask("OPTIONS", f"/sites/{site}/api/kefu/{call}", headers=asked)

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    allowed = answer.headers["Access-Control-Allow-Headers"]
    assert {"Authorization", "Content-Type", "X-Chatdock-User"} <= set(allowed.split(", "))
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_preflight_of_another_page_allows_nothing(server: Server) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}

    answer = server.ask("OPTIONS", "/sites/acme/api/kefu/chat", headers=asked)

    assert "Access-Control-Allow-Origin" not in answer.headers


# -- how often


def test_too_many_messages_of_a_member_are_refused(server: Server) -> None:
    client = Client(server, "busy").named("eager")
    for _ in range(2):
        client.ask("hello")

    answer = client.post("chat", message="hello")

    assert refusal(answer) == (429, 429, "rate_limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.json["retryable"] is True
    assert Client(server, "busy").named("patient").ask("hello")["reply"] == HELLO


def test_message_sent_again_costs_nothing(server: Server) -> None:
    client = Client(server, "busy").named("unlucky")

    answers = [client.ask("hello", client_msg_id="the-only-one") for _ in range(4)]

    assert len({answer["message_id"] for answer in answers}) == 1


def test_too_many_calls_of_an_address_are_refused(server: Server) -> None:
    """Whatever they ask, and whoever they say they are."""
    client = Client(server, "narrow")
    asked = {"conversation_id": "conv_none"}
    answers = [client.named(f"m{number}").post("getHistory", **asked) for number in range(9)]

    assert [code(answer) for answer in answers] == [404] * 8 + [429]
    assert refusal(answers[-1]) == (429, 429, "rate_limited")


def test_too_many_empty_conversations_of_an_address_are_refused(server: Server) -> None:
    """Each is a row that nobody has said anything in; they leave the budget of messages alone."""
    client = Client(server, "few")
    answers = [client.named(f"m{number}").post("createConversation") for number in range(3)]

    assert [code(answer) for answer in answers] == [0, 0, 429]
    assert client.ask("hello")["reply"] == HELLO


# -- how it says no


def test_status_is_always_200_where_the_owner_wants_it(server: Server) -> None:
    client = Client(server, "always")
    refused = [
        (client.post("chat"), 400),
        (Client(server, "always", fields={}).post("createConversation"), 401),
        (client.post("getHistory", conversation_id="x"), 404),
        (client.send("chat", None, {}, "GET"), 405),
        (client.post("chat", message="fail busy"), 503),
    ]

    assert [(answer.status, code(answer)) for answer, _ in refused] == [
        (200, expected) for _, expected in refused
    ]


FAILURES = {
    "auth": (502, "upstream_auth", False),
    "quota": (502, "upstream_quota", False),
    "busy": (503, "upstream_busy", True),
    "config": (502, "upstream_config", False),
    "content": (502, "upstream_content", False),
    "not found": (502, "upstream_not_found", False),
    "timeout": (504, "upstream_timeout", True),
    "unknown": (502, "upstream_unknown", True),
    "somehow": (502, "upstream_down", True),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_failure_of_the_platform_has_its_own_word(server: Server, failure: str) -> None:
    status, word, retryable = FAILURES[failure]

    answer = Client(server).post("chat", message=f"fail {failure}")

    assert refusal(answer) == (status, status, word)
    assert (answer.json["data"], answer.json["retryable"]) == (None, retryable)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("site", ["document", "both"])
def test_codes_are_the_documents_where_the_owner_wants_them(
    server: Server, site: str, failure: str
) -> None:
    expected = 401 if failure == "auth" else 500

    answer = Client(server, site).post("chat", message=f"fail {failure}")

    status = 200 if site == "both" else expected
    assert refusal(answer) == (status, expected, FAILURES[failure][1])


def test_document_tells_visitors_nothing_of_keys(server: Server) -> None:
    said = {
        site: Client(server, site).post("chat", message="fail auth").json["message"]
        for site in ("acme", "document")
    }

    assert said["document"] == "客服服务尚未配置好。"
    assert said["acme"] != said["document"]


def test_what_is_no_failure_of_the_platform_keeps_its_code(server: Server) -> None:
    client = Client(server, "document")

    assert code(client.post("chat")) == 400
    assert code(client.post("getHistory", conversation_id="x")) == 404
    assert code(Client(server, "document", fields={}).post("createConversation")) == 401


@pytest.mark.parametrize(
    ("site", "query", "accepts", "says"),
    [
        ("acme", "", "", "请先登录。"),
        ("acme", "", "en-GB", "Please sign in first."),
        ("acme", "?lang=zh", "en-GB", "请先登录。"),
        ("speaking", "", "zh-CN", "Please sign in first."),
        ("acme", "", "fr", "请先登录。"),
    ],
)
def test_refusals_are_worded_for_their_reader(
    server: Server, site: str, query: str, accepts: str, says: str
) -> None:
    headers = {"Accept-Language": accepts} if accepts else {}

    answer = server.ask("POST", f"/sites/{site}/api/kefu/createConversation{query}", b"{}", headers)

    assert answer.json["message"].startswith(says)
