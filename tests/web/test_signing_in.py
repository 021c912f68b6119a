"""Who is signed in on the host page: what ``POST /frame/<site>/token`` makes of a user token."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_conversation, make_site, make_token, make_visitor
from tests.signing import sign
from tests.web.pages import page_data
from tests.web.renewing import HOST, claims, keep_cookie, kept_cookie, renew
from widget.domain.conversations import Conversation, Visitor
from widget.domain.sites import EmbedToken, Identity
from widget.runs.visitors import person_hash
from widget.store.attachments import Stored, add_attachment, find_attachments
from widget.store.conversations import add_conversation, find_conversation
from widget.store.database import Store
from widget.store.sites import rotate, save_site
from widget.store.visitors import ensure_visitor, find_visitor
from widget.web.services import Services
from widget.web.tokens import Tokens, key_hash

ADA: dict[str, Any] = {"name": "Ada", "context": {"plan": "gold"}}


class Anonymous:
    """A visitor of a page with a conversation, as a browser holds it."""

    def __init__(self, own: Services, store: Store) -> None:
        self.visitor, self.key = own.tokens.new_visitor("acme")
        hashed = key_hash(self.key)
        self.row = make_visitor(id=self.visitor, key_hash=hashed)
        self.claims = make_token(visitor=self.visitor, key_hash=hashed)
        self.token = own.tokens.sign(self.claims)
        self._store = store
        with store.begin() as tx:
            ensure_visitor(tx, self.row)

    def begins(self) -> Conversation:
        made = make_conversation(self.row)
        with self._store.begin() as tx:
            add_conversation(tx, made)
        return made


@pytest.fixture
def anonymous(own: Services, store: Store) -> Anonymous:
    return Anonymous(own, store)


def owner_of(store: Store, conversation: Conversation) -> str:
    with store.read() as tx:
        found = find_conversation(tx, conversation.id)
    assert found is not None
    return found.visitor


def refusal(answer: TestResponse) -> tuple[int, str]:
    assert answer.json is not None
    return answer.status_code, answer.json["error"]["code"]


def of_person(own: Services, user: str = "ada", **identity: Any) -> EmbedToken:
    visitor = own.tokens.visitor_of("acme", user)
    ends_at = int(time.time()) + 3600
    vouched = Identity(**{"user": user, "ends_at": ends_at, **identity})
    return make_token(visitor=visitor, key_hash=person_hash(visitor), identity=vouched)


def test_user_token_makes_the_visitor_a_person(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    signed = sign(store, **ADA)

    answer = renew(client, token=anonymous.token, user_token=signed)

    found = claims(own, answer)
    assert found.visitor == own.tokens.visitor_of("acme", "ada")
    assert found.origin == HOST
    assert found.identity is not None
    assert (found.identity.user, found.identity.name) == ("ada", "Ada")
    assert found.identity.context == {"plan": "gold"}
    assert answer.json is not None
    assert answer.json["stays"] is False
    assert 3590 <= answer.json["identity_ends_in_s"] <= 3600


def test_nothing_is_stored_of_a_person_before_the_first_message(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    found = claims(own, renew(client, token=anonymous.token, user_token=sign(store)))

    with store.read() as tx:
        assert find_visitor(tx, "acme", found.visitor) is None


def test_open_conversation_goes_along_and_older_ones_do_not(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    older, opened = anonymous.begins(), anonymous.begins()

    answer = renew(
        client, token=anonymous.token, user_token=sign(store, **ADA), conversation=opened.id
    )

    person = claims(own, answer).visitor
    assert answer.json is not None
    assert answer.json["stays"] is True
    assert owner_of(store, opened) == person
    assert owner_of(store, older) == anonymous.visitor
    with store.read() as tx:
        row = find_visitor(tx, "acme", person)
        moved = find_conversation(tx, opened.id)
    assert row is not None
    assert moved is not None
    assert (row.user, row.name, row.context) == ("ada", "Ada", {"plan": "gold"})
    assert moved.pseudonym == anonymous.visitor


def test_repeat_is_answered_alike(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    opened = anonymous.begins()
    asked = {
        "token": anonymous.token,
        "user_token": sign(store),
        "conversation": opened.id,
    }

    first, second = renew(client, **asked), renew(client, **asked)

    assert claims(own, first).visitor == claims(own, second).visitor
    assert first.json is not None
    assert second.json is not None
    assert (first.json["stays"], second.json["stays"]) == (True, True)


def test_expired_anonymous_token_hands_over_too(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    opened = anonymous.begins()
    yesterday = Tokens(own.settings.secret_key, clock=lambda: time.time() - 86_400)
    token = yesterday.sign(anonymous.claims)

    answer = renew(client, token=token, user_token=sign(store), conversation=opened.id)

    assert owner_of(store, opened) == claims(own, answer).visitor


@pytest.mark.parametrize("changes", [{"generation": 0}, {"key_hash": "f" * 64}, {"site": "other"}])
def test_token_that_stands_for_nobody_hands_nothing_over(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous, changes: dict[str, Any]
) -> None:
    opened = anonymous.begins()
    token = own.tokens.sign(make_token(**{"visitor": anonymous.visitor, **changes}))

    answer = renew(client, token=token, user_token=sign(store), conversation=opened.id)

    assert answer.json is not None
    assert answer.json["stays"] is False
    assert owner_of(store, opened) == anonymous.visitor


def test_conversation_of_somebody_else_stays_where_it_is(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    other = Anonymous(own, store).begins()
    signed = sign(store)

    theirs = renew(client, token=anonymous.token, user_token=signed, conversation=other.id)
    missing = renew(client, token=anonymous.token, user_token=signed, conversation="cnv_none")

    assert theirs.json is not None
    assert missing.json is not None
    assert theirs.json["stays"] is missing.json["stays"] is False
    assert owner_of(store, other) == other.visitor


def test_nothing_passes_from_one_person_to_another(
    client: FlaskClient, own: Services, store: Store
) -> None:
    ada = of_person(own, "ada")
    row = Visitor(ada.visitor, "acme", ada.key_hash, datetime.now(UTC), user="ada")
    opened = make_conversation(row)
    with store.begin() as tx:
        ensure_visitor(tx, row)
        add_conversation(tx, opened)

    answer = renew(
        client, token=own.tokens.sign(ada), user_token=sign(store, "ben"), conversation=opened.id
    )

    assert claims(own, answer).visitor == own.tokens.visitor_of("acme", "ben")
    assert answer.json is not None
    assert answer.json["stays"] is False
    assert owner_of(store, opened) == ada.visitor


def test_newer_token_of_the_same_person_changes_nothing_on_screen(
    client: FlaskClient, own: Services, store: Store
) -> None:
    ada = of_person(own, "ada", ends_at=int(time.time()) - 3600)

    answer = renew(client, token=own.tokens.sign(ada), user_token=sign(store), conversation="")

    assert claims(own, answer).visitor == ada.visitor
    assert answer.json is not None
    assert answer.json["stays"] is True
    assert "Set-Cookie" not in answer.headers


def test_row_learns_what_a_newer_token_says(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    opened = anonymous.begins()
    first = sign(store, name="Ada", context={"plan": "trial"})
    person = claims(
        own, renew(client, token=anonymous.token, user_token=first, conversation=opened.id)
    )

    renew(client, token=own.tokens.sign(person), user_token=sign(store, **ADA))

    with store.read() as tx:
        row = find_visitor(tx, "acme", person.visitor)
    assert row is not None
    assert row.context == {"plan": "gold"}


def test_browser_forgets_the_anonymous_visitor(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    keep_cookie(client, anonymous.key)

    renew(client, token=anonymous.token, user_token=sign(store))

    cookie = kept_cookie(client)
    assert cookie is not None
    opened = own.tokens.read_key(cookie, site="acme")
    assert opened is not None
    assert opened.visitor not in {anonymous.visitor, own.tokens.visitor_of("acme", "ada")}


def test_frame_that_keeps_its_key_gets_another_one(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    answer = renew(
        client, token=anonymous.token, user_token=sign(store), visitor_key=anonymous.key, lost=True
    )

    assert answer.json is not None
    opened = own.tokens.read_key(answer.json["visitor_key"], site="acme")
    assert opened is not None
    assert opened.visitor not in {anonymous.visitor, own.tokens.visitor_of("acme", "ada")}


def test_person_is_renewed_whatever_the_browser_keeps(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    keep_cookie(client, anonymous.key)
    ada = of_person(own)

    answer = renew(client, token=own.tokens.sign(ada), visitor_key=anonymous.key, lost=True)

    assert claims(own, answer) == ada
    assert answer.json is not None
    assert "visitor_key" not in answer.json


def test_no_token_outlives_the_user_token(client: FlaskClient, own: Services, store: Store) -> None:
    answer = renew(client, user_token=sign(store, ends_in_s=100))
    soon = of_person(own, ends_at=int(time.time()) + 50)

    renewed = renew(client, token=own.tokens.sign(soon))

    assert answer.json is not None
    assert renewed.json is not None
    assert 90 <= answer.json["expires_in_s"] <= 100
    assert 40 <= renewed.json["expires_in_s"] <= 50


@pytest.mark.parametrize(("ends_in_s", "generation"), [(-61, 1), (3600, 0)])
def test_person_whose_word_is_over_becomes_nobody_else(
    client: FlaskClient, own: Services, anonymous: Anonymous, ends_in_s: int, generation: int
) -> None:
    keep_cookie(client, anonymous.key)
    ada = of_person(own, ends_at=int(time.time()) + ends_in_s)
    ended = msgspec.structs.replace(ada, generation=generation)

    answer = renew(client, token=own.tokens.sign(ended), visitor_key=anonymous.key)

    assert refusal(answer) == (401, "identity_ended")
    assert "Set-Cookie" not in answer.headers


def test_rotating_at_once_ends_every_sign_in(
    client: FlaskClient, own: Services, store: Store
) -> None:
    token, signed = own.tokens.sign(of_person(own)), sign(store)
    with store.begin() as tx:
        rotate(tx, "acme", store.cipher, now=True)

    by_embed_token, by_user_token = renew(client, token=token), renew(client, user_token=signed)

    assert refusal(by_embed_token) == (401, "identity_ended")
    assert refusal(by_user_token) == (401, "user_token_refused")


def test_refused_token_says_why_and_changes_nothing(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    opened = anonymous.begins()

    answer = renew(
        client,
        token=anonymous.token,
        user_token=sign(store, ends_in_s=-100),
        conversation=opened.id,
    )

    assert refusal(answer) == (401, "user_token_refused")
    assert answer.json is not None
    assert answer.json["error"]["message"] == (
        "The sign-in was refused. (the user token has expired)"
    )
    assert "Set-Cookie" not in answer.headers
    assert owner_of(store, opened) == anonymous.visitor


def test_user_token_of_another_site_is_refused(
    client: FlaskClient, own: Services, store: Store
) -> None:
    with store.begin() as tx:
        save_site(tx, make_site(key="globex"), store.cipher)

    answer = renew(client, user_token=sign(store, site="globex"))

    assert refusal(answer) == (401, "user_token_refused")


def test_sign_in_on_a_page_that_left_the_list_hands_nothing_over(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    opened = anonymous.begins()
    left = make_token(
        visitor=anonymous.visitor, key_hash=anonymous.claims.key_hash, origin="https://left.example"
    )

    answer = renew(
        client, token=own.tokens.sign(left), user_token=sign(store), conversation=opened.id
    )

    assert refusal(answer) == (401, "unauthorized")
    assert owner_of(store, opened) == anonymous.visitor


def test_embed_token_of_the_owners_server_is_as_good(
    client: FlaskClient, own: Services, anonymous: Anonymous
) -> None:
    ada = of_person(own, name="Ada")

    answer = renew(client, token=anonymous.token, user_token=own.tokens.sign(ada))

    assert claims(own, answer).visitor == ada.visitor
    assert claims(own, answer).identity == ada.identity


def test_embed_token_of_nobody_signs_nobody_in(
    client: FlaskClient, own: Services, anonymous: Anonymous
) -> None:
    answer = renew(client, token=anonymous.token, user_token=anonymous.token)
    nonsense = renew(client, token=anonymous.token, user_token="nonsense")

    assert refusal(answer) == refusal(nonsense) == (401, "user_token_refused")


def test_unsent_files_go_along(
    client: FlaskClient, own: Services, store: Store, anonymous: Anonymous
) -> None:
    waiting = Stored(
        id="att_1",
        site="acme",
        visitor=anonymous.visitor,
        name="a.txt",
        content_type="text/plain",
        size=1,
        created_at=datetime.now(UTC),
    )
    with store.begin() as tx:
        add_attachment(tx, waiting)

    person = claims(own, renew(client, token=anonymous.token, user_token=sign(store))).visitor

    with store.read() as tx:
        assert list(find_attachments(tx, "acme", person, ["att_1"])) == ["att_1"]
        assert find_attachments(tx, "acme", anonymous.visitor, ["att_1"]) == {}


def test_signing_out_is_a_visitor_who_was_never_here(
    client: FlaskClient, own: Services, anonymous: Anonymous
) -> None:
    keep_cookie(client, anonymous.key)
    ada = of_person(own)

    answer = renew(client, token=own.tokens.sign(ada), sign_out=True, lost=True)

    found = claims(own, answer)
    assert found.visitor not in {ada.visitor, anonymous.visitor}
    assert (found.identity, found.origin) == (None, HOST)
    cookie = kept_cookie(client)
    assert cookie is not None
    assert key_hash(cookie) == found.key_hash


def test_signing_out_works_when_the_word_is_over(client: FlaskClient, own: Services) -> None:
    over = of_person(own, ends_at=1)

    answer = renew(client, token=own.tokens.sign(over), sign_out=True)

    assert claims(own, answer).identity is None


def test_form_of_a_person_goes_on_as_that_person(client: FlaskClient, own: Services) -> None:
    ada = of_person(own)

    page = client.post(
        "/frame/acme/conversations", data={"token": own.tokens.sign(ada), "text": "Hello"}
    )

    assert page.status_code == 200
    assert own.tokens.read(page_data(page)["token"]) == ada


def test_form_of_a_person_whose_word_is_over_keeps_the_text(
    client: FlaskClient, own: Services
) -> None:
    over = of_person(own, ends_at=int(time.time()) - 61)

    page = client.post("/frame/acme/messages", data={"token": own.tokens.sign(over), "text": "Hey"})

    assert page.status_code == 401
    assert own.tokens.read(page_data(page)["token"]).identity is None
    assert "Hey</textarea>" in page.text
