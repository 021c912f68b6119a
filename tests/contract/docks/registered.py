"""The docks of all providers. A new provider adds one line here, and ``test_providers.py`` plays
every case with it."""

from __future__ import annotations

from tests.contract.docks.base import Dock
from tests.contract.docks.chatkit import ChatKitDock
from tests.contract.docks.coze import CozeDock
from tests.contract.docks.demo import DemoDock
from tests.contract.docks.dify import DifyDock
from tests.contract.docks.openai import OpenAIDock, ResponsesDock
from tests.contract.docks.xpertai import XpertAIDock

DOCKS: dict[str, type[Dock]] = {
    dock.kind + dock.variant: dock
    for dock in (
        DemoDock,
        DifyDock,
        OpenAIDock,
        ResponsesDock,
        XpertAIDock,
        CozeDock,
        ChatKitDock,
    )
}
