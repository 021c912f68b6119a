"""Choosing a platform by its kind, and what a provider that offers little says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from msgspec import inspect

from widget.domain.errors import BadInput, NotOffered, SecretWithheld
from widget.domain.events import RunCompleted, RunEvent
from widget.domain.sites import ProviderChoice
from widget.providers.base import (
    Attachment,
    Capabilities,
    Opening,
    Provider,
    ProviderSettings,
    Turn,
    UpstreamRef,
)
from widget.providers.http import make_client
from widget.providers.openai.provider import OpenAI
from widget.providers.registry import PROVIDERS, build

REF = UpstreamRef("vis_1", None, None, None)
OPENAI = ProviderChoice("openai", {"base_url": "https://api.example.com/v1", "model": "m"})


class Silent(Provider):
    """A platform that answers, and has nothing else."""

    kind: ClassVar[str] = "silent"
    Settings: ClassVar[type[ProviderSettings]] = ProviderSettings

    def run(self, turn: Turn) -> Iterator[RunEvent]:
        yield RunCompleted()


def test_every_kind_is_the_one_that_its_provider_names() -> None:
    assert {kind: provider.kind for kind, provider in PROVIDERS.items()} == {
        kind: kind for kind in PROVIDERS
    }


@pytest.mark.parametrize("kind", sorted(PROVIDERS))
def test_every_setting_is_explained(kind: str) -> None:
    """The console's form and the documentation are made of these texts."""
    settings = inspect.type_info(PROVIDERS[kind].Settings)

    assert isinstance(settings, inspect.StructType)
    for field in settings.fields:
        described = isinstance(field.type, inspect.Metadata) and field.type.extra_json_schema
        assert (described or {}).get("description"), field.name


def test_choice_builds_its_provider() -> None:
    provider = build(OPENAI)

    assert isinstance(provider, OpenAI)
    provider.client.close()


def test_wrong_choice_is_refused_before_anything_is_made() -> None:
    with pytest.raises(BadInput, match=r"provider\.model: is missing"):
        build(ProviderChoice("openai", {"base_url": "https://api.example.com"}))


def test_what_a_platform_does_not_offer_is_said() -> None:
    provider = build(OPENAI)

    assert provider.opening() == Opening()
    assert provider.capabilities() == Capabilities(join=False, follow_up="")
    assert provider.give_feedback(REF, "msg", verdict="like", detail="") is False
    assert provider.delete_conversation(REF) is False
    provider.cancel(REF)
    with pytest.raises(NotOffered, match="openai cannot join a run"):
        provider.join(REF)
    with pytest.raises(SecretWithheld, match="openai has no client secrets that a browser"):
        provider.mint("vis_1")
    provider.client.close()


def test_provider_need_only_answer(tmp_path: Path) -> None:
    file = Attachment("att_1", "a.txt", "text/plain", 5, tmp_path / "a.txt")
    with make_client() as client:
        provider = Silent(ProviderSettings(), client)

        assert list(provider.run(Turn("send", "Hi", "vis_1"))) == [RunCompleted()]
        assert provider.capabilities() == Capabilities(retry=True, edit=True, uploads=None)
        assert provider.upload(file, visitor="vis_1") == ""
        assert provider.check() == []
