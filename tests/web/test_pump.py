from __future__ import annotations

from tests.serving import wait_until
from widget.web.pump import Pump


class Follower:
    """A socket that counts what it is asked for."""

    def __init__(self, pump: Pump | None = None, *, fails: bool = False) -> None:
        self.is_listed = False
        self.delivered = 0
        self._pump = pump
        self._fails = fails

    def deliver(self) -> None:
        self.delivered += 1
        if self._fails:
            raise ZeroDivisionError
        if self._pump and self.delivered < 3:
            self._pump.put(self)


def test_several_appends_are_one_delivery() -> None:
    pump, follower = Pump(), Follower()

    for _ in range(5):
        pump.put(follower)
    assert follower.delivered == 0, "an appender must not do the delivering"
    pump.turn()
    pump.turn()

    assert follower.delivered == 1


def test_append_during_a_delivery_waits_for_the_next_turn() -> None:
    pump = Pump()
    follower = Follower(pump)

    pump.put(follower)
    pump.turn()
    assert follower.delivered == 1
    pump.turn()

    assert follower.delivered == 2


def test_one_broken_socket_does_not_keep_the_others_waiting() -> None:
    pump, broken, sound = Pump(), Follower(fails=True), Follower()

    pump.put(broken)
    pump.put(sound)
    pump.turn()
    pump.put(broken)
    pump.turn()

    assert (broken.delivered, sound.delivered) == (2, 1)


def test_started_pump_serves_on_its_own() -> None:
    pump = Pump()
    done: list[object] = []

    class Last(Follower):
        def deliver(self) -> None:
            done.append(self)

    pump.start()
    pump.put(Last())
    wait_until(lambda: done)

    assert len(done) == 1
