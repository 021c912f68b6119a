"""Client secrets for pages that run the vendor's own front end: by our door and by the vendors'."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.fakes.chatkit.sessions import KEY, WORKFLOW, HostedSessions
from tests.fakes.script import json_reply
from tests.fakes.xpertai.door import PRINCIPAL
from tests.fakes.xpertai.platform import ASSISTANT, DEDICATED_KEY, ORGANIZATION, XpertAI
from tests.web.pages import save
from tests.web.renewing import keep_cookie, kept_cookie
from tests.web.sessions import (
    BARE,
    CHATKIT,
    DOORS,
    OURS,
    PAGE,
    XPERTAI,
    ask,
    open_site,
    said,
    user_token,
)
from widget.domain.sites import Limits, Site
from widget.store.database import Store
from widget.web.cors import EXPOSED
from widget.web.services import Services


@pytest.fixture
def xpertai() -> Iterator[XpertAI]:
    with XpertAI() as platform:
        yield platform


@pytest.fixture
def hosted() -> Iterator[HostedSessions]:
    with HostedSessions() as sessions:
        yield sessions


@pytest.fixture
def dock(store: Store, own: Services) -> Iterator[Callable[[Site], None]]:
    """Stores sites; the connections to their platforms are closed at the end."""
    docked: dict[str, Site] = {}

    def put(site: Site) -> None:
        save(store, site)
        docked[site.key] = site

    yield put
    for site in docked.values():
        own.engine.provider_for(site).client.close()


@pytest.fixture
def at_xpertai(dock: Callable[[Site], None], xpertai: XpertAI) -> XpertAI:
    dock(open_site("xpertai", xpertai.settings(api_key=DEDICATED_KEY)))
    return xpertai


@pytest.fixture
def at_hosted(dock: Callable[[Site], None], hosted: HostedSessions) -> HostedSessions:
    dock(open_site("chatkit", hosted.settings()))
    return hosted


def test_own_door_gives_a_secret_and_its_end(client: FlaskClient, at_xpertai: XpertAI) -> None:
    answer = ask(client, OURS)

    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    ends_at = datetime.fromisoformat(found.pop("expires_at"))
    assert abs((ends_at - datetime.now(UTC)).total_seconds() - 600) < 30
    assert found.pop("client_secret") in at_xpertai.state.secrets
    assert found == {
        "expires_in_s": 600,
        "details": {"assistantId": ASSISTANT, "xpertId": ASSISTANT},
    }


def test_xpertais_door_speaks_as_its_quick_start(client: FlaskClient, at_xpertai: XpertAI) -> None:
    answer = ask(client, XPERTAI, {"xpertId": ASSISTANT, "user_id": "x", "expires_after": 120})

    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert answer.json.keys() == {
        *("client_secret", "expires_at", "expires_after", "assistantId", "xpertId")
    }
    assert answer.json["client_secret"] in at_xpertai.state.secrets
    assert answer.json["expires_after"] == 120
    assert datetime.strptime(answer.json["expires_at"], "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007


def test_chatkits_door_speaks_as_its_guide(client: FlaskClient, at_hosted: HostedSessions) -> None:
    answer = ask(client, CHATKIT, {"workflow": {"id": WORKFLOW}, "user": "somebody"})

    session = at_hosted.sessions["cksess_1"]
    assert answer.json == {
        "client_secret": session["client_secret"],
        "expires_at": session["expires_at"],
    }


def test_upstream_is_asked_as_its_schema_has_it(
    client: FlaskClient, at_hosted: HostedSessions
) -> None:
    expires = {"anchor": "created_at", "seconds": 90}
    ask(client, CHATKIT, {"user": "claimed", "domain_key": "dk", "expires_after": expires})

    (asked,) = at_hosted.requests
    assert asked.headers["openai-beta"] == "chatkit_beta=v1"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.json == {
        "workflow": {"id": WORKFLOW},
        "user": asked.json["user"],
        "expires_after": expires,
    }
    assert asked.json["user"].startswith("vis_")


@pytest.mark.parametrize("door", DOORS)
def test_each_asking_gives_a_new_secret(
    client: FlaskClient, at_hosted: HostedSessions, door: str
) -> None:
    answers = [ask(client, door) for _ in range(2)]

    secrets = {answer.json["client_secret"] for answer in answers if answer.json}
    assert len(secrets) == 2
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store", "no-store"]


def test_refresh_comes_for_the_same_visitor(client: FlaskClient, at_hosted: HostedSessions) -> None:
    ask(client, CHATKIT)
    assert kept_cookie(client)

    ask(client, CHATKIT, {"currentClientSecret": "ek_old"})

    first, second = at_hosted.opened
    assert first["user"] == second["user"]


def test_visitor_is_the_one_of_the_frame(
    client: FlaskClient, own: Services, at_hosted: HostedSessions
) -> None:
    visitor, key = own.tokens.new_visitor("acme")
    keep_cookie(client, key)

    answer = ask(client, OURS)

    assert at_hosted.opened[0]["user"] == visitor
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("header", ["Authorization", "X_Chatdock_User"])
def test_person_is_the_one_of_the_user_token(
    client: FlaskClient, store: Store, own: Services, *, at_hosted: HostedSessions, header: str
) -> None:
    token = user_token(store, "u-1", ends_at=time.time() + 3600)
    value = f"Bearer {token}" if header == "Authorization" else token

    answer = ask(client, CHATKIT, {"user": "u-2"}, **{header: value})

    assert answer.status_code == 200, answer.text
    assert at_hosted.opened[0]["user"] == own.tokens.visitor_of("acme", "u-1")
    assert "u-1" not in at_hosted.requests[0].body.decode()
    assert "Set-Cookie" not in answer.headers


def test_own_header_goes_before_authorization(
    client: FlaskClient, store: Store, own: Services, at_hosted: HostedSessions
) -> None:
    token = user_token(store, "u-1", ends_at=time.time() + 3600)

    answer = ask(client, CHATKIT, Authorization="Basic eDp5", X_Chatdock_User=token)

    assert answer.status_code == 200
    assert at_hosted.opened[0]["user"] == own.tokens.visitor_of("acme", "u-1")


@pytest.mark.parametrize(("left_s", "seconds"), [(3600, 600), (200, 200), (20, 60)])
def test_secret_ends_with_the_user_token(
    client: FlaskClient, store: Store, at_hosted: HostedSessions, *, left_s: int, seconds: int
) -> None:
    token = user_token(store, "u-1", ends_at=time.time() + left_s)

    ask(client, OURS, X_Chatdock_User=token)

    asked = at_hosted.opened[0]["expires_after"]["seconds"]
    assert seconds - 20 <= asked <= seconds


def test_life_is_as_asked_and_never_too_long(client: FlaskClient, at_xpertai: XpertAI) -> None:
    asked = [120, 90.9, 1e300, 0, -5, 0.5, None]

    granted = [ask(client, XPERTAI, {"expires_after": one}).json for one in asked]

    assert [one and one["expires_after"] for one in granted] == [120, 90, 3600, 600, 600, 600, 600]


def test_own_doors_life_is_bounded(client: FlaskClient, at_xpertai: XpertAI) -> None:
    right = ask(client, OURS, {"expires_in_s": 3600}).json
    assert right is not None
    assert right["expires_in_s"] == 3600
    for wrong in ({"expires_in_s": 59}, {"expires_in_s": 3601}, {"expires_after": 60}):
        assert ask(client, OURS, wrong).status_code == 422


def test_organization_is_told_to_the_front_end(
    client: FlaskClient, dock: Callable[[Site], None], xpertai: XpertAI
) -> None:
    """It has to name the same one in its own requests."""
    settings = xpertai.settings(api_key=DEDICATED_KEY, organization_id=ORGANIZATION)
    dock(open_site("xpertai", settings))

    for door in (XPERTAI, CHATKIT):
        answer = ask(client, door).json
        assert answer is not None
        assert (answer["organizationId"], answer["assistantId"]) == (ORGANIZATION, ASSISTANT)


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"\xff", b'{"expires_after":"600"}'])
@pytest.mark.parametrize("door", DOORS)
def test_unusable_body_is_refused(
    client: FlaskClient, at_hosted: HostedSessions, *, door: str, body: bytes
) -> None:
    answer = client.post(f"https://localhost{door}", data=body, headers={"Origin": PAGE})

    assert answer.status_code == (422 if door == OURS else 400)
    assert said(answer)
    assert at_hosted.requests == []


def test_refusals_have_the_vendors_shapes(client: FlaskClient, at_hosted: HostedSessions) -> None:
    own, xpertai, chatkit = (
        ask(client, door, Authorization="Bearer x").json for door in (OURS, XPERTAI, CHATKIT)
    )

    assert own is not None
    assert own["error"].keys() == {"code", "message", "retryable"}
    assert xpertai is not None
    assert xpertai.keys() == {"error"}
    assert isinstance(xpertai["error"], str)
    assert chatkit is not None
    assert chatkit["error"].keys() == {"message", "type", "param", "code"}
    assert chatkit["error"]["type"] == "invalid_request_error"
    assert chatkit["error"]["param"] is None


@pytest.mark.parametrize("door", BARE)
def test_bare_path_means_the_only_site(
    client: FlaskClient, at_hosted: HostedSessions, door: str
) -> None:
    assert ask(client, door).status_code == 200


@pytest.mark.parametrize("door", DOORS)
def test_platforms_refusal_is_told_to_the_owner_alone(
    client: FlaskClient, at_hosted: HostedSessions, door: str, caplog: pytest.LogCaptureFixture
) -> None:
    fault = {"message": f"no {KEY} for acct_42", "code": "invalid_api_key"}
    at_hosted.answer_next(json_reply(401, {"error": fault}))

    answer = ask(client, door)

    assert answer.status_code == 502
    assert said(answer)
    assert not {"acct_42", "workflow_key", "OpenAI", "401"} & set(answer.text.split('"'))
    assert "acct_42" not in answer.text
    (line,) = [record.getMessage() for record in caplog.records if "acct_42" in record.getMessage()]
    assert "OpenAI refuses workflow_key" in line
    assert KEY not in line


@pytest.mark.parametrize("door", DOORS)
def test_general_key_gives_nothing_and_the_owner_reads_why(
    client: FlaskClient,
    dock: Callable[[Site], None],
    xpertai: XpertAI,
    *,
    door: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    dock(open_site("xpertai", xpertai.settings()))

    answer = ask(client, door)

    assert answer.status_code == 409
    assert "cs-x-" not in answer.text
    assert "general" not in answer.text
    assert "the key is a general one" in caplog.text


def test_general_key_serves_persons_of_the_platform(
    client: FlaskClient, dock: Callable[[Site], None], store: Store, xpertai: XpertAI
) -> None:
    dock(open_site("xpertai", xpertai.settings(principal_from_user_token=True)))
    token = user_token(store, PRINCIPAL, ends_at=time.time() + 3600)

    assert ask(client, XPERTAI).status_code == 401
    answer = ask(client, XPERTAI, X_Chatdock_User=token)

    assert answer.status_code == 200
    (secret,) = xpertai.state.secrets.values()
    assert secret.principal == PRINCIPAL


def test_settings_that_no_longer_fit_give_nothing(
    client: FlaskClient, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    save(store, open_site("xpertai", {"base_url": "x"}))

    answer = ask(client, OURS)

    assert answer.status_code == 409
    assert "provider.api_key: is missing" in caplog.text


def test_fault_of_ours_has_the_vendors_shape_too(
    client: FlaskClient,
    own: Services,
    store: Store,
    at_hosted: HostedSessions,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keep_cookie(client, own.tokens.new_visitor("acme")[1])
    with store.begin() as tx:
        tx.execute(text("DROP TABLE visitors"))

    answers = [ask(client, door) for door in (XPERTAI, CHATKIT)]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert isinstance(answers[0].get_json()["error"], str)
    assert answers[1].get_json()["error"]["type"] == "server_error"
    assert "request failed" in caplog.text


# -- which pages


@pytest.mark.parametrize("door", DOORS)
def test_listed_page_may_ask_and_read(
    client: FlaskClient, at_hosted: HostedSessions, door: str
) -> None:
    preflight = client.options(f"https://localhost{door}", headers={"Origin": PAGE})
    answer = ask(client, door)
    refusal = ask(client, door, X_Chatdock_User="x")

    assert (preflight.status_code, preflight.text) == (204, "")
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "X-Chatdock-User" in preflight.headers["Access-Control-Allow-Headers"]
    assert (answer.status_code, refusal.status_code) == (200, 401)
    for one in (preflight, answer, refusal):
        assert one.headers["Access-Control-Allow-Origin"] == PAGE
        assert one.headers["Access-Control-Allow-Credentials"] == "true"
        assert one.headers["Vary"] == "Origin"
        assert one.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", ["https://evil.example", "null", "https://acme.example"])
@pytest.mark.parametrize("door", DOORS)
def test_other_page_may_not(
    client: FlaskClient, at_hosted: HostedSessions, *, door: str, page: str
) -> None:
    preflight = client.options(f"https://localhost{door}", headers={"Origin": page})
    answer = ask(client, door, page=page)

    assert answer.status_code == 403
    assert said(answer)
    for one in (preflight, answer):
        assert "Access-Control-Allow-Origin" not in one.headers
    assert at_hosted.requests == []


def test_refused_page_is_told_to_the_owner(
    client: FlaskClient, at_hosted: HostedSessions, caplog: pytest.LogCaptureFixture
) -> None:
    ask(client, OURS, page="https://evil.example")

    assert "https://evil.example" in caplog.text


@pytest.mark.parametrize("door", DOORS)
def test_server_without_an_origin_may_ask(
    client: FlaskClient, at_hosted: HostedSessions, door: str
) -> None:
    answer = ask(client, door, page=None)

    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


# -- which site a bare path means


def test_bare_path_means_the_site_of_the_page_or_of_the_assistant(
    client: FlaskClient, dock: Callable[[Site], None], hosted: HostedSessions, xpertai: XpertAI
) -> None:
    other = "https://other.example"
    dock(open_site("chatkit", hosted.settings()))
    settings = xpertai.settings(api_key=DEDICATED_KEY)
    dock(open_site("xpertai", settings, key="other", origins=(other, PAGE)))

    by_page = ask(client, "/api/create-session", page=other)
    by_assistant = [
        ask(client, "/api/create-session", {"assistantId": ASSISTANT}),
        ask(client, "/api/chatkit/session", {"assistantId": ASSISTANT}),
        ask(client, "/api/create-session", {"workflow": {"id": WORKFLOW}}),
        ask(client, "/api/chatkit/session", {"workflow": {"id": WORKFLOW}}),
    ]
    by_neither = ask(client, "/api/create-session")

    given = [answer.get_json()["client_secret"][:4] for answer in (by_page, *by_assistant)]
    assert given == ["cs-x", "cs-x", "cs-x", "ek_0", "ek_0"]
    assert by_neither.status_code == 400
    assert "(acme, other)" in by_neither.get_json()["error"]
    assert by_neither.headers["Access-Control-Allow-Origin"] == PAGE


# -- how much


@pytest.mark.parametrize(
    ("limits", "admitted"),
    [
        ({"visitor_per_minute": 2}, 2),
        ({"address_per_minute": 2, "visitor_per_minute": 0}, 2),
        ({"site_secrets_per_day": 2, "visitor_per_minute": 0, "address_per_minute": 0}, 2),
        ({"visitor_per_minute": 0, "address_per_minute": 0, "site_secrets_per_day": 0}, 5),
    ],
)
def test_asking_is_limited(
    client: FlaskClient,
    dock: Callable[[Site], None],
    hosted: HostedSessions,
    *,
    limits: dict[str, int],
    admitted: int,
) -> None:
    dock(open_site("chatkit", hosted.settings(), limits=Limits(**limits)))

    answers = [ask(client, CHATKIT) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * admitted + [429] * (5 - admitted)
    for answer in answers[admitted:]:
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Access-Control-Expose-Headers"] == EXPOSED
        assert answer.get_json()["error"]["code"] == "rate_limited"
    assert len(hosted.requests) == admitted


def test_what_the_platform_refuses_does_not_count(
    client: FlaskClient, dock: Callable[[Site], None], hosted: HostedSessions
) -> None:
    dock(open_site("chatkit", hosted.settings(), limits=Limits(visitor_per_minute=1)))
    hosted.answer_next(json_reply(500, {}))

    assert [ask(client, CHATKIT).status_code for _ in range(3)] == [502, 200, 429]


def test_wrong_user_tokens_are_tries(
    client: FlaskClient, dock: Callable[[Site], None], hosted: HostedSessions
) -> None:
    dock(open_site("chatkit", hosted.settings(), limits=Limits(address_per_minute=1)))

    answers = [ask(client, OURS, X_Chatdock_User="x").status_code for _ in range(5)]

    assert answers == [401] * 4 + [429]
