"""The platforms that a site may choose, by ``kind``. A new provider is one line here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from widget.domain.errors import BadInput
from widget.domain.sites import ProviderChoice
from widget.providers.base import Provider, ProviderSettings, Secret
from widget.providers.chatkit.provider import ChatKit
from widget.providers.coze.provider import Coze
from widget.providers.demo.provider import Demo
from widget.providers.dify.provider import Dify
from widget.providers.http import check_proxy, make_client
from widget.providers.openai.provider import OpenAI
from widget.providers.xpertai.provider import XpertAI

PROVIDERS: dict[str, type[Provider]] = {
    provider.kind: provider
    for provider in (
        Demo,
        Dify,
        OpenAI,
        XpertAI,
        Coze,
        ChatKit,
    )
}


def build(choice: ProviderChoice) -> Provider:
    """The provider of a site, with a client of its own; raises ``BadInput`` that names the path.

    Keep it as long as the choice stays the same: its connections are reused.
    """
    settings = parse_settings(choice.kind, choice.settings)
    return PROVIDERS[choice.kind](settings, make_client(settings.proxy))


def parse_settings(kind: str, settings: Mapping[str, Any]) -> ProviderSettings:
    """Typed settings from plain values; raises ``BadInput`` that names path, fault and remedy."""
    if kind not in PROVIDERS:
        raise BadInput(f"provider.kind: there is no {kind!r}{_suggestion(kind, PROVIDERS)}")
    model = PROVIDERS[kind].Settings
    for name in settings:
        if name not in model.__struct_fields__:
            hint = _suggestion(name, model.__struct_fields__)
            raise BadInput(f"provider.{name}: {kind} has no such setting{hint}")
    try:
        parsed = msgspec.convert(dict(settings), model, dec_hook=_decode_secret)
    except msgspec.ValidationError as error:
        raise BadInput(_reword(str(error))) from None
    check_proxy(parsed.proxy)
    return parsed


def _decode_secret(wanted: type, value: object) -> object:
    """A key as pasted. What a header cannot carry is caught here, where its name is known."""
    if wanted is not Secret or not isinstance(value, str):
        raise ValueError(f"expected text, got {type(value).__name__}")
    key = value.strip()
    # A private key in PEM form is the one secret of several lines; it never goes into a header.
    line = "".join(key.splitlines()) if key.startswith("-----BEGIN ") else key
    if not key.isascii() or not line.isprintable():
        raise ValueError("holds characters that no key has; copy it again")
    return Secret(key)


def _suggestion(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(known))}"


def _reword(message: str) -> str:
    """msgspec's sentence with the path in front: ``provider.temperature: Expected …``."""
    if missing := re.search(r"missing required field `(\w+)`", message):
        return f"provider.{missing[1]}: is missing and has no default"
    text, _, path = message.partition(" - at `$")
    if path:
        return f"provider{path.rstrip('`')}: {text}"
    return f"provider.{text}"
