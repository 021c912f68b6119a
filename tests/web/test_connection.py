"""One admitted socket without a server around it: what the process does to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gevent
import msgspec
import pytest
from gevent import socket as gsocket
from wsproto import ConnectionType
from wsproto.connection import Connection as Wire
from wsproto.events import CloseConnection, Ping, TextMessage

from tests.factories import make_caller, make_conversation, make_site, make_visitor
from widget.domain.conversations import Conversation
from widget.domain.transcript import TitleChanged, body
from widget.store.conversations import add_conversation
from widget.store.database import Store
from widget.store.sites import save_site
from widget.store.visitors import ensure_visitor
from widget.web.connection import Connection
from widget.web.line import SocketLine
from widget.web.outlet import Outlet
from widget.web.services import Services
from widget.web.sockets import MOST_SILENT_PER_ADDRESS, PING_EVERY_S, Sockets


class Browser:
    """The far end: every event that has arrived so far."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        sock.settimeout(0.0)  # what is there now, or nothing
        self._wire = Wire(ConnectionType.CLIENT)
        self.events: list[Any] = []

    def read(self) -> list[Any]:
        gevent.sleep(0.01)
        try:
            self._wire.receive_data(self._sock.recv(1_000_000) or None)
        except BlockingIOError:
            return []
        found = list(self._wire.events())
        self.events += found
        return found

    def texts(self) -> list[Any]:
        return [json.loads(one.data) for one in self.read() if isinstance(one, TextMessage)]


class Visit:
    """A connection and its browser."""

    def __init__(self, own: Services, conversation: Conversation | None = None) -> None:
        ours, theirs = gsocket.socketpair()
        self.browser = Browser(theirs)
        self.theirs = theirs
        self.wire = Wire(ConnectionType.SERVER)
        self.outlet = Outlet(ours)
        self.ws = SimpleNamespace(
            sock=self.outlet, connected=True, pong_received=True, close=self._close
        )
        who = {"visitor": conversation.visitor} if conversation else {}
        self.line = SocketLine(self.ws)
        self.connection = Connection(self.line, make_caller(make_site(), **who), own)

    def _close(self, code: int, reason: str) -> None:
        self.ws.sock.send(self.wire.send(CloseConnection(code, reason)))
        self.ws.connected = False

    def end(self) -> None:
        self.ws.sock.close()
        self.theirs.close()


@pytest.fixture
def conversation(own: Services, store: Store) -> Conversation:
    visitor = make_visitor()
    made = make_conversation(visitor)
    with store.begin() as tx:
        ensure_visitor(tx, visitor)
        add_conversation(tx, made)
    return made


@pytest.fixture
def visit(own: Services, conversation: Conversation) -> Iterator[Visit]:
    made = Visit(own, conversation)
    yield made
    made.end()


def test_several_events_arrive_in_one_write_and_in_order(
    visit: Visit, own: Services, conversation: Conversation
) -> None:
    visit.connection.show_whole(conversation.id)

    for number in range(3):
        own.engine.journal.append(conversation.id, body(TitleChanged(str(number))))
    assert visit.browser.texts() == [], "the appender does not write"
    own.pump.turn()

    assert visit.browser.texts() == [
        {"seq": number + 1, "type": "title", "title": str(number)} for number in range(3)
    ]


def test_socket_that_fell_too_far_behind_is_shown_the_conversation_whole(
    visit: Visit, own: Services, conversation: Conversation
) -> None:
    visit.connection.show_whole(conversation.id)

    for _ in range(5_000):
        own.engine.journal.append(conversation.id, body(TitleChanged("again")))
    own.pump.turn()
    (shown,) = visit.browser.texts()
    own.engine.journal.append(conversation.id, body(TitleChanged("last")))
    own.pump.turn()

    assert (shown["type"], shown["conversation"]["seq"]) == ("conversation", 5_000)
    assert [event["seq"] for event in visit.browser.texts()] == [5_001]


def test_what_is_looked_up_for_a_line_that_is_gone_is_not_followed(
    visit: Visit, own: Services, conversation: Conversation
) -> None:
    visit.connection.end()

    visit.connection.show_whole(conversation.id)
    own.engine.journal.append(conversation.id, body(TitleChanged("late")))
    own.pump.turn()

    assert visit.browser.texts() == []


def test_nothing_follows_after_the_goodbye(
    visit: Visit, own: Services, conversation: Conversation
) -> None:
    visit.connection.show_whole(conversation.id)
    visit.connection.restart()

    own.engine.journal.append(conversation.id, body(TitleChanged("late")))
    own.pump.turn()
    visit.connection.restart()

    text, goodbye = visit.browser.read()
    assert json.loads(text.data) == {"type": "restart"}
    assert (goodbye.code, goodbye.reason) == (1012, "restart")


def test_ping_is_answered_or_the_socket_is_given_up(visit: Visit) -> None:
    visit.line.ping()
    (ping,) = visit.browser.read()
    assert isinstance(ping, Ping)
    assert not visit.outlet.is_broken

    visit.line.ping()
    assert visit.outlet.is_broken


def test_pong_keeps_the_socket(visit: Visit) -> None:
    for _ in range(3):
        visit.line.ping()
        visit.ws.pong_received = True

    assert not visit.outlet.is_broken


def test_every_socket_is_pinged_once_a_round(own: Services) -> None:
    sockets, visits = Sockets(own.sites, most=100), [Visit(own) for _ in range(30)]
    for visit in visits:
        sockets.add(visit.connection)

    for slot in range(PING_EVERY_S):
        sockets.ping(slot)

    assert [len(visit.browser.read()) for visit in visits] == [1] * 30
    for visit in visits:
        visit.end()


def test_browser_that_does_not_say_goodbye_is_cut_off(own: Services, visit: Visit) -> None:
    sockets = Sockets(own.sites, most=100)
    sockets.add(visit.connection)
    visit.line.close(1012, "restart")

    sockets.sweep()
    assert not visit.outlet.is_broken
    visit.outlet.ends_at = 0.0
    sockets.sweep()

    assert visit.outlet.is_broken


def test_sweep_brings_the_owners_changes_to_an_open_socket(
    own: Services, visit: Visit, store: Store
) -> None:
    sockets = Sockets(own.sites, most=100)
    sockets.add(visit.connection)
    changed = make_site(name="Acme & Sons")
    with store.begin() as tx:
        save_site(tx, changed, store.cipher)

    sockets.sweep()

    assert visit.connection.caller.site.name == "Acme & Sons"
    assert not visit.outlet.is_leaving


def test_sweep_closes_the_sockets_of_a_removed_site(own: Services) -> None:
    gone = Visit(own)
    gone.connection.caller = msgspec.structs.replace(
        gone.connection.caller, site=make_site(key="gone")
    )
    sockets = Sockets(own.sites, most=100)
    sockets.add(gone.connection)

    sockets.sweep()

    refusal, goodbye = gone.browser.read()
    assert json.loads(refusal.data)["code"] == "not_found"
    assert goodbye.code == 4401
    gone.end()


def test_sockets_are_counted_until_they_leave(own: Services, visit: Visit) -> None:
    sockets = Sockets(own.sites, most=3)
    sockets.begin("192.0.2.7")
    sockets.begin("192.0.2.7")
    sockets.end("192.0.2.7")
    sockets.add(visit.connection)

    assert (len(sockets), sockets.count(visit.connection.caller)) == (2, 1)
    assert not sockets.is_full("192.0.2.7")
    sockets.begin("192.0.2.8")
    assert sockets.is_full("192.0.2.7")

    sockets.remove(visit.connection)
    assert (len(sockets), sockets.count(visit.connection.caller)) == (2, 0)


def test_sockets_are_counted_by_network_of_their_site(own: Services, visit: Visit) -> None:
    sockets, caller = Sockets(own.sites, most=200), visit.connection.caller
    neighbour = msgspec.structs.replace(caller, visitor="vis_another")
    elsewhere = msgspec.structs.replace(caller, site=make_site(key="other"))
    sockets.add(visit.connection)

    assert [sockets.count_address(one) for one in (caller, neighbour, elsewhere)] == [1, 1, 0]
    sockets.remove(visit.connection)
    assert sockets.count_address(caller) == 0


def test_silent_sockets_of_an_ipv6_network_count_as_one_address(own: Services) -> None:
    sockets = Sockets(own.sites, most=1_000)
    for number in range(MOST_SILENT_PER_ADDRESS):
        sockets.begin(f"2001:db8::{number:x}")

    assert sockets.is_full("2001:db8::ffff")
    assert not sockets.is_full("2001:db8:0:1::1")
