"""What an agent asked for comes back: counted like a message, by socket and by form alike."""

from __future__ import annotations

from widget.domain.sites import Caller
from widget.runs.opened import Accepted
from widget.runs.reply import HostAction, Pressed, answer
from widget.runs.tool_result import take_result
from widget.web import wire
from widget.web.services import Services


def give_answer(services: Services, caller: Caller, pressed: Pressed) -> Accepted | HostAction:
    with services.limits.message(caller) as ticket:
        found = answer(services.engine, caller, pressed)
        if isinstance(found, Accepted) and not found.is_repeat:
            ticket.count()
    return found


def give_result(services: Services, caller: Caller, command: wire.ToolResult) -> None:
    """Only the last result of a message costs: it alone begins an answer."""
    with services.limits.message(caller) as ticket:
        if take_result(
            services.engine,
            caller,
            command.message,
            command.id,
            result=command.result,
            is_error=command.is_error,
        ):
            ticket.count()


def pressed_of(command: wire.InputAnswer) -> Pressed:
    return Pressed(
        command.message,
        command.part,
        action=command.action,
        values=command.values,
        is_skipped=command.is_skipped,
    )
