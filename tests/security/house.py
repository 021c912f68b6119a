"""A running server whose doors are tried, and credentials of every kind for each of its sites."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tests.security.doorbells import Knock
from tests.serving import Server
from tests.signing import user_token
from tests.web.kefu_client import open_store
from widget.domain.sites import EmbedToken, Identity
from widget.runs.chat_codes import issue
from widget.web.tokens import Tokens, key_hash

SITES = ("acme", "other", "quiet", "eased", "turned")
HOUR = 3_600
DAY = 24 * HOUR


@dataclass(frozen=True)
class House:
    """A running server. Of each site its credentials by kind; ``eased`` has newer ones by now, the
    former still good, ``turned`` has ended the former at once, and ``quiet`` is paused."""

    server: Server
    server_keys: dict[str, str]
    user_tokens: dict[str, str]
    embed_tokens: dict[str, str]
    visitor_keys: dict[str, str]

    def knocks(self, good: dict[str, str]) -> dict[str, Knock]:
        """What is the same for each kind of credential. ``good`` ones by site."""
        return {
            "good": Knock("acme", good["acme"]),
            "none": Knock("acme"),
            "another site's": Knock("acme", good["other"]),
            "cut short": Knock("acme", good["acme"][:-9]),
            "nonsense": Knock("acme", "x.y.z"),
            "no site's": Knock("nobody", good["acme"]),
            "of a paused site": Knock("quiet", good["quiet"]),
            "former": Knock("eased", good["eased"]),
            "ended": Knock("turned", good["turned"]),
        }

    def strange(self, *own: str) -> dict[str, Knock]:
        """Credentials of every other kind, all of them good somewhere."""
        kinds = {
            "server key": self.server_keys,
            "user token": self.user_tokens,
            "embed token": self.embed_tokens,
            "visitor key": self.visitor_keys,
            "file link": {"acme": self.link()},
            "chat code": {"acme": self.code("acme")},
        }
        return {
            kind: Knock("acme", some["acme"]) for kind, some in kinds.items() if kind not in own
        }

    def embed_token(self, site: str, *, age_s: float = 0, **changes: Any) -> str:
        tokens = Tokens(self._secret(), clock=lambda: time.time() - age_s)
        visitor, key = tokens.new_visitor(site)
        claims = EmbedToken(site, visitor, key_hash(key), self.server.url, 1)
        return tokens.sign(msgspec.structs.replace(claims, **changes))

    def link(self, site: str = "acme", *, age_s: float = 0, generation: int = 1) -> str:
        tokens = Tokens(self._secret(), clock=lambda: time.time() - age_s)
        signed = tokens._links.dumps([int(time.time() - age_s), site, "vis_x", generation, "att_x"])
        return str(signed if isinstance(signed, str) else signed.decode())

    def code(self, site: str, *, ended: bool = False) -> str:
        identity = Identity("ada", ends_at=int(time.time()) + HOUR)
        token = self.embed_token(site, identity=identity)
        store = open_store(self.server)
        try:
            at = datetime.now(UTC) - timedelta(seconds=DAY if ended else 0)
            return issue(store, site, token, at=at)
        finally:
            store.close()

    def _secret(self) -> bytes:
        return (self.server.folder / "data" / "secret.key").read_text().strip().encode()


def site(key: str, settings: dict[str, Any]) -> str:
    head = (
        f'[[sites]]\nkey = "{key}"\norigins = ["https://{key}.example"]\n'
        "limits = {visitor_per_minute = 0, address_per_minute = 0}\n"
        "apis.client_secrets.enabled = true\napis.kefu.enabled = true\n"
        "ui.chatBot.feedback.isNeedFeedback = true\n"
        '[sites.provider]\nkind = "xpertai"\n'
    )
    return head + "".join(f"{name} = {json.dumps(one)}\n" for name, one in settings.items())


def credentials(server: Server) -> tuple[dict[str, str], ...]:
    keys = {}
    for key in SITES:
        found = re.search(r"server key +(\S+)", server.command("site", key, "rotate"))
        assert found
        keys[key] = found[1]
    return (
        keys,
        {key: user_token(server, site=key) for key in SITES},
        {key: server.token(key) for key in SITES},
        {key: server.tokens.new_visitor(key)[1] for key in SITES},
    )
