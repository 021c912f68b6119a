"""The docs say what the code does: nothing undocumented, nothing that is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.reference import PAGE, page
from widget.providers.registry import PROVIDERS

ROOT = Path(__file__).parents[2]
EMBEDDING = (ROOT / "docs/embedding.md").read_text()


def test_settings_page_is_what_the_code_declares() -> None:
    assert PAGE.read_text() == page(), "run scripts/fix"


def test_embedding_page_lists_every_host_message() -> None:
    source = (ROOT / "static/frame/host.js").read_text()
    declared = set(re.findall(r'@property \{"(\w+)"\} type', source))

    _, _, section = EMBEDDING.partition("## Messages between page and frame\n")
    listed = set(re.findall(r"^\| `(\w+)` \|", section.split("\n## ")[0], re.MULTILINE)) - {"type"}

    assert declared
    assert listed == declared


def test_embedding_page_lists_every_call() -> None:
    source = (ROOT / "static/loader/core.js").read_text()
    _, _, block = source.partition("const commands = {\n")
    block = re.split(r"\n\};", block)[0]
    declared = set(re.findall(r"^  (\w+)[:(,]", block, re.MULTILINE)) - {"__proto__"}

    listed = set(re.findall(r"`chatdock\('(\w+)'", EMBEDDING))

    assert declared
    assert listed == declared


@pytest.mark.parametrize("page", ["docs/providers.md", "docs/providers.zh-CN.md"])
def test_platforms_page_tells_of_every_provider(page: str) -> None:
    sections = (ROOT / page).read_text().split("\n## ")[1:]
    told = dict(section.split("\n", 1) for section in sections)

    assert set(told) == set(PROVIDERS)
    for kind, text in told.items():
        settings = set(PROVIDERS[kind].Settings.__struct_fields__) - {"proxy"}
        missing = {name for name in settings if f"`{name}`" not in text and f"{name} =" not in text}
        assert not missing, f"{page}, {kind}: says nothing of {sorted(missing)}"


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    for source in pages:
        text = source.read_text()
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
        for target in (*links, *re.findall(r'<img src="([^"]+)"', text)):
            assert (source.parent / target).exists(), f"{source.name}: {target}"


def test_both_readmes_tell_the_same_sections() -> None:
    english = (ROOT / "README.md").read_text()
    chinese = (ROOT / "README.zh-CN.md").read_text()

    assert english.count("\n## ") == chinese.count("\n## ")
    assert _commands(english) == _commands(chinese)


def _commands(page: str) -> list[str]:
    """The shell and HTML lines that a reader pastes, without what stands behind ``#``."""
    blocks = re.findall(r"```(?:sh|html)\n(.*?)```", page, re.DOTALL)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
