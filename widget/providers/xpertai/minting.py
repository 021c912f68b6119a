"""Client secrets for XpertAI's own front end, which leave the server: which ones may.

A secret of a general key reaches every assistant that the key does, and whoever holds one sees what
its principal sees: the key's user, unless the secret is made on behalf of somebody else
(``x-principal-user-id``, bound when it is minted).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from widget.domain.errors import SecretWithheld, Unauthorized, UpstreamRejected
from widget.providers.base import ClientSecret
from widget.providers.xpertai import binding
from widget.providers.xpertai.api import PREFIX, Api
from widget.providers.xpertai.assistant import Assistant
from widget.providers.xpertai.settings import XpertAISettings

LONGEST_S = 3_600
BELIEVED_S = 86_400
BOUND_FOR_S = 600.0
AT_FAULT_FOR_S = 30.0
GENERAL = (
    "the key is a general one, whose secrets reach every assistant that it does: give the site a "
    "key that is made in the assistant itself (API access), or, where every visitor is a user of "
    "your tenant and comes with a user token, set principal_from_user_token"
)
FOREIGN = "the key is bound to another assistant: give the site a key of its own assistant"


class Minting:
    """``clock`` gives seconds that only grow."""

    def __init__(
        self,
        api: Api,
        assistant: Assistant,
        settings: XpertAISettings,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._api = api
        self._assistant = assistant
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._known: str | None = None
        self._known_until = 0.0

    def mint(self, *, user: str, life_s: int) -> ClientSecret:
        principal = self._principal(user)
        try:
            if fault := self.fault():
                raise SecretWithheld(fault)
            minted = self._api.mint(min(life_s, LONGEST_S), principal=principal)
            details = self._details()
        except UpstreamRejected as error:
            raise self._explained(error) from None
        granted_s = min(int(minted.life_s), BELIEVED_S)
        ends_at = datetime.now(UTC) + timedelta(seconds=granted_s)
        return ClientSecret(minted.secret, ends_at, granted_s, details)

    def fault(self) -> str:
        """Asked at the platform, and remembered for ten minutes; what is wrong for half a one, so
        that the owner who mends it sees it."""
        if self._settings.principal_from_user_token:
            return ""
        with self._lock:
            if self._known is None or self._clock() >= self._known_until:
                self._known = self._asked()
                lasts_s = AT_FAULT_FOR_S if self._known else BOUND_FOR_S
                self._known_until = self._clock() + lasts_s
            return self._known

    def _asked(self) -> str:
        own = self._assistant.id()
        if binding.open_thread(self._api, own):
            return FOREIGN
        is_general = binding.reaches(self._api, binding.others(binding.seen(self._api), own))
        return GENERAL if is_general else ""

    def _principal(self, user: str) -> str:
        """Whom the secret acts for; empty for the one that the site names, else the key's user."""
        if not self._settings.principal_from_user_token:
            return ""
        if not user:
            raise Unauthorized("client secrets are for visitors with a user token only")
        if not (user.isascii() and user.isprintable()):
            raise Unauthorized("the user token's sub is no id of a user of the platform")
        return user

    def _details(self) -> dict[str, str]:
        own = self._assistant.id()
        details = {"assistantId": own, "xpertId": own}
        organization = self._settings.organization_id.strip()
        return {**details, "organizationId": organization} if organization else details

    def _explained(self, error: UpstreamRejected) -> UpstreamRejected:
        words = self._cause(error.status)
        detail = f"{words} ({error.detail})" if words else error.detail
        return UpstreamRejected(
            detail, status=error.status, failure=error.failure, log_id=error.log_id
        )

    def _cause(self, status: int) -> str:
        """What an owner has to look at, from what the platform refuses with."""
        chosen = self._settings
        if status == 401 and (chosen.principal_from_user_token or chosen.principal_user_id):
            return (
                "XpertAI refuses the key or the user: the key is wrong, was deleted or has expired,"
                " or the user on whose behalf the secret was asked for is none of its tenant"
            )
        return {
            401: "XpertAI refuses the key: it is wrong, was deleted or has expired",
            403: "the key may not mint for this assistant: give it the right, publish the "
            "assistant, or set organization_id to the organisation that it belongs to",
            404: "there is no such address or assistant: publish the assistant, which may be a "
            f"draft still, and see that base_url ends in {PREFIX}",
        }.get(status, "")
