"""Writes the pages that the code declares: ``python -m tests.reference``.

``tests/contract/test_docs.py`` fails when a page on disk differs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from tests.options_reference import options_page
from tests.page_types import types
from widget.config import SETTINGS, Setting
from widget.domain.apis import ClientSecretsApi, KefuApi, Webhook
from widget.domain.compat import CozePages
from widget.domain.host_page import HostPage
from widget.domain.sites import Limits
from widget.providers.registry import PROVIDERS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
# What is in both packages: each is to be whole by itself.
SHARED = ("hold.js", "tag.js", "page.d.ts")

HEAD = """\
# Settings

Made from the code by `scripts/fix`; do not edit by hand.

## The server

Order: command line (`chatdock serve --port 8080`), environment (`CHATDOCK_PORT=8080`), `[server]`
of `chatdock.toml` (`port = 8080`), default. An unknown `CHATDOCK_*` variable or key stops
the start with a sentence. A secret may also stand in a file:
`CHATDOCK_SECRET_KEY_FILE=/run/secrets/key`.

| Setting | Environment | Default | Meaning |
|---|---|---|---|
"""

SITES = """
## Behind a reverse proxy

Let the proxy pass WebSocket on. Where it does not, the chat still works, over an event stream or
over answers that are held for up to 20 s; an open socket is the lightest for both sides. Event
streams say `X-Accel-Buffering: no`, which nginx obeys; other proxies must not keep
`text/event-stream` back. None may give a silent answer up in less than 30 s. For nginx:

```nginx
map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
server {
    # … TLS and names
    location = /metrics { return 403; }
    location / {
        proxy_pass http://127.0.0.1:8080;
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_read_timeout 75s;
        client_max_body_size 64m;
    }
}
```

With HTTP/2 towards the browser, pages of many tabs do not wait for each other's streams.

## Sites

A site is a row in the database. `chatdock apply chatdock.toml` creates and updates sites from
`[[sites]]` tables, touches only the keys that the file names, and may be run again at any time; a
running server sees the change within five seconds. `${NAME}` is replaced from the environment.

| Key | Meaning |
|---|---|
| `key` | Public name of the site, in the script's address: small letters, digits, `-`, `_` |
| `name` | Shown as the title of the chat unless `ui.chatBot.title` is set |
| `origins` | Pages that may show the chat, such as `https://www.acme.example`; see below |
| `languages` | What it speaks, the first one to everybody else; see [languages](languages.md) |
| `[sites.texts.…]` | Its own words in place of ours, by language; see [languages](languages.md) |
| `[sites.provider]` | The platform: `kind` and its settings, below |
| `[sites.limits]` | How much is let in, below |
| `[sites.apis.…]` | Doors for your own code, below |
| `[sites.compat.coze]` | Pages written for Coze's web SDK, below |
| `[[sites.webhooks]]` | Addresses of yours that are told of events, below |
| `[sites.page]` | What the host pages may say and hear, below |
| `greeting`, `starters`, `[sites.ui]` | Look and texts: [options](options.md), \
[选项](options.zh-CN.md) |

An origin is `https://www.acme.example` or `https://*.acme.example`. A port counts, and
`*.acme.example` does not match `acme.example` itself. An empty list admits our own origin only.

### Limits

0 switches a limit off. Only accepted messages count.

| Key | Default | |
|---|---|---|
"""

LIMITS = {
    "visitor_per_minute": "messages of one visitor in a minute",
    "address_per_minute": (
        "messages from one network address in a minute; 4 × as many connections, 10 × as many open"
        " chats"
    ),
    "site_per_minute": "messages to the whole site in a minute",
    "site_per_day": "messages to the whole site in a day",
    "sockets_per_visitor": "open chat pages of one visitor",
    "message_chars": "characters of one message",
    "upload_mb": "megabytes of one file, where the platform takes as many",
    "uploads_per_message": "files in one message, where the platform takes as many",
    "visitor_uploads_per_day": "files of one visitor in a day",
    "site_uploads_per_day": "files to the whole site in a day",
    "site_secrets_per_day": "client secrets to pages of the whole site in a day",
}

APIS = """
### Doors for your own code

What each door takes and gives is in [api.md](api.md). A page that asks one of them from a browser
must stand on an origin of the site's `origins`; other programs name no origin. Embed tokens
(`POST /api/v1/sites/<site>/embed-tokens`) have no switch: they need the server key. The webhooks of
the file take the place of all those that were there.
"""

APIS_TABLES: dict[str, type[msgspec.Struct]] = {
    "[sites.apis.client_secrets]": ClientSecretsApi,
    "[sites.apis.kefu]": KefuApi,
    "[sites.compat.coze]": CozePages,
    "[[sites.webhooks]]": Webhook,
    "[sites.page]": HostPage,
}


def pages() -> dict[Path, str]:
    """Every page that is made from the code, and what the packages share."""
    react, vue = (ROOT / "packages" / name for name in ("react", "vue"))
    return {
        DOCS / "settings.md": settings_page(),
        DOCS / "options.md": options_page("en"),
        DOCS / "options.zh-CN.md": options_page("zh"),
        react / "chatdock.d.ts": types(),
        vue / "chatdock.d.ts": types(),
        **{vue / name: (react / name).read_text() for name in SHARED},
    }


def settings_page() -> str:
    return "".join(
        [
            HEAD,
            *(_setting(one) for one in SETTINGS),
            SITES,
            *(f"| `{name}` | {value:,} | {LIMITS[name]} |\n" for name, value in _limits()),
            *_apis(),
            *_providers(),
        ]
    )


def _apis() -> list[str]:
    return [APIS, *(_table(f"`{name}`", model) for name, model in APIS_TABLES.items())]


def _limits() -> list[tuple[str, int]]:
    return [(field.name, field.default) for field in msgspec.structs.fields(Limits)]


def _setting(one: Setting) -> str:
    default = f"`{one.default}`" if one.default not in ("", ()) else ""
    return f"| `{one.name}` | `{one.variable}` | {default} | {one.help} |\n"


def _providers() -> list[str]:
    return [
        _table(f'Platform `kind = "{kind}"`', provider.Settings)
        for kind, provider in PROVIDERS.items()
    ]


def _table(title: str, model: type[msgspec.Struct]) -> str:
    """One row for each field, its help text taken from the declaration."""
    hints = get_type_hints(model, include_extras=True)
    rows = [
        f"| `{field.encode_name}` | {_default(field)} | {_help(hints[field.name])} |\n"
        for field in msgspec.structs.fields(model)
    ]
    return "".join([f"\n### {title}\n\n| Key | Default | Meaning |\n|---|---|---|\n", *rows])


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    default = field.default
    if default is msgspec.NODEFAULT:
        default = field.default_factory() if callable(field.default_factory) else None
    return _value(default)


def _value(value: object) -> str:
    if value in ("", (), None, {}, []):
        return ""
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _help(hint: Any) -> str:
    notes = [note for note in getattr(hint, "__metadata__", ()) if isinstance(note, msgspec.Meta)]
    return next((note.description for note in notes if note.description), "")


if __name__ == "__main__":
    for made, text in pages().items():
        made.write_text(text)
