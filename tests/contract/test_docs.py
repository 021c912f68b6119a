"""The docs say what the code does: nothing undocumented, nothing that is gone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.options_reference import OF_OWNER, ONLY_LESS, group_of
from tests.options_told import GROUPS
from tests.options_vendors import CHATKIT, CHATKIT_LEFT_OUT, COZE
from tests.reference import pages
from widget.domain.chatkit_theme import Converted, from_chatkit
from widget.domain.options import declared_options, differences, parse_options
from widget.providers.registry import PROVIDERS

ROOT = Path(__file__).parents[2]
EMBEDDING = (ROOT / "docs/embedding.md").read_text()


@pytest.mark.parametrize("page", pages(), ids=lambda page: f"{page.parent.name}/{page.name}")
def test_page_is_what_the_code_declares(page: Path) -> None:
    assert page.read_text() == pages()[page], "run scripts/fix"


@pytest.mark.parametrize("group", GROUPS)
def test_example_of_an_option_group_is_taken(group: str) -> None:
    _, example = GROUPS[group]
    opened = "" if example.startswith("[[sites]]") else "[[sites]]\n"
    (site,) = tomllib.loads(opened + example)["sites"]
    site.pop("key", "")

    options = parse_options(site)

    changed = differences(options)
    assert sorted(paths(changed)) == sorted(paths(site))
    assert {group_of(path) for path in paths(changed)} == {group}


def test_options_page_knows_every_option() -> None:
    """And one that only the owner may widen, only while it is there."""
    declared = {one.path for one in declared_options()}

    assert {group_of(path) for path in declared} == set(GROUPS)
    assert {*OF_OWNER, *ONLY_LESS} <= declared


def test_names_that_mean_nothing_here_are_not_declared() -> None:
    declared = {one.path for one in declared_options()}

    assert declared.isdisjoint(COZE)


@pytest.mark.parametrize("row", CHATKIT, ids=lambda row: f"{row[0]}={row[1]}")
def test_theme_of_chatkit_becomes_what_the_page_says(row: tuple[str, object, str, object]) -> None:
    path, value, ours, ours_value = row

    converted = from_chatkit(tree({path: value}))

    assert converted == Converted(tree({ours: ours_value}))


def test_chatkit_has_no_field_that_the_page_leaves_out() -> None:
    sample = tree({path: value for path, value, _, _ in CHATKIT})

    assert from_chatkit(sample).left_out == ()
    for path in re.findall(r"`([a-z]+\.[a-zA-Z.]+)`", CHATKIT_LEFT_OUT.en):
        assert from_chatkit(tree({path: 1})).left_out == (path,)


def test_embedding_page_lists_every_host_message() -> None:
    source = (ROOT / "static/frame/host.js").read_text()
    declared = set(re.findall(r'@property \{"(\w+)"\} type', source))

    _, _, section = EMBEDDING.partition("## Messages between page and frame\n")
    listed = set(re.findall(r"^\| `(\w+)` \|", section.split("\n## ")[0], re.MULTILINE)) - {"type"}

    assert declared
    assert listed == declared


def test_embedding_page_lists_every_call() -> None:
    """The core does some of them itself; what comes of each the panel says."""
    source = (ROOT / "static/loader/asking.js").read_text()
    declared = set(re.findall(r'^ {6}case "(\w+)":', source, re.MULTILINE))

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


def tree(values: dict[str, object]) -> dict[str, Any]:
    """``{"color.accent": 1}`` as ``{"color": {"accent": 1}}``."""
    made: dict[str, Any] = {}
    for path, value in values.items():
        *groups, leaf = path.split(".")
        node = made
        for group in groups:
            node = node.setdefault(group, {})
        node[leaf] = value
    return made


def paths(values: dict[str, Any], above: str = "") -> list[str]:
    found: list[str] = []
    for name, value in values.items():
        path = f"{above}.{name}" if above else name
        found += paths(value, path) if isinstance(value, dict) else [path]
    return found
