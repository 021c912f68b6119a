"""What ``chatdock apply`` does with a file; the command itself is run in ``test_commands``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from widget.domain.compat import Compat, CozePages
from widget.domain.errors import BadInput
from widget.domain.host_page import HostPage
from widget.domain.sites import Site
from widget.runs.apply import Applied, NeedsOverwrite, apply
from widget.runs.icon import small_icon
from widget.runs.site_file import read_drafts
from widget.store.database import Store
from widget.store.sites import all_sites, find_site, set_console_paths

FULL = """
[[sites]]
key = "acme"
name = "Acme"
origins = ["https://WWW.acme.example/"]
greeting = "你好"
starters = ["运费怎么算?"]
[sites.provider]
kind = "openai"
base_url = "https://api.example/v1"
api_key = "${ACME_KEY}"
model = "m-1"
[sites.limits]
visitor_per_minute = 3
[sites.ui.theme]
accent = "#123456"
[sites.ui.footer.linkvars.terms]
text = "Terms"
"""
ENVIRON = {"ACME_KEY": "sk-planted"}
OPEN = 'origins = ["https://www.acme.example"]'
DEMO = '[[sites]]\nkey = "{key}"\n{more}\n[sites.provider]\nkind = "demo"\n'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'chatdock.db'}", secret_key=b"k" * 32)
    store.migrate()
    yield store
    store.close()


def applied(store: Store, text: str, *, overwrites_console: bool = False) -> list[Applied]:
    return apply(
        store,
        tomllib.loads(text)["sites"],
        source="chatdock.toml",
        environ=ENVIRON,
        overwrites_console=overwrites_console,
    )


def acme(store: Store) -> Site:
    with store.read() as tx:
        site = find_site(tx, "acme", store.cipher)
    assert site
    return site


def changed_paths(result: list[Applied]) -> list[str]:
    return [change.path for one in result for change in one.changes]


def test_a_new_site_is_made_as_the_file_says(store: Store) -> None:
    (result,) = applied(store, FULL)

    site = acme(store)
    assert result.is_new
    assert result.secrets
    assert site.origins == ("https://www.acme.example",)
    assert site.provider.kind == "openai"
    assert site.provider.settings["api_key"] == "sk-planted"
    assert site.limits.visitor_per_minute == 3
    assert site.limits.site_per_day == 20_000
    assert site.options.greeting == "你好"
    assert site.options.ui.theme.accent == "#123456"
    assert site.options.ui.footer.linkvars["terms"].text == "Terms"


def test_applying_again_changes_nothing(store: Store) -> None:
    applied(store, FULL)
    before = acme(store)

    (result,) = applied(store, FULL)

    assert (result.is_new, result.changes, result.secrets) == (False, (), None)
    assert acme(store) == before


def test_only_the_keys_in_the_file_are_touched(store: Store) -> None:
    applied(store, FULL)
    text = '[[sites]]\nkey = "acme"\n[sites.provider]\nmodel = "m-2"\n'

    result = applied(store, text + '[sites.ui.theme]\nradius = "none"')

    site = acme(store)
    assert changed_paths(result) == ["provider.model", "ui.theme.radius"]
    assert site.name == "Acme"
    assert site.provider.settings["model"] == "m-2"
    assert site.provider.settings["api_key"] == "sk-planted"
    assert site.options.ui.theme.accent == "#123456"
    assert site.limits.visitor_per_minute == 3


def test_another_kind_of_provider_starts_with_settings_of_its_own(store: Store) -> None:
    applied(store, FULL)

    result = applied(store, DEMO.format(key="acme", more=""))

    assert changed_paths(result) == ["provider.kind"]
    assert acme(store).provider.settings == {}


def test_sites_that_the_file_does_not_name_stay(store: Store) -> None:
    applied(store, FULL)
    applied(store, DEMO.format(key="other", more=""))

    with store.read() as tx:
        assert [site.key for site in all_sites(tx, store.cipher)] == ["acme", "other"]


def test_a_change_is_shown_but_never_a_platforms_setting(store: Store) -> None:
    applied(store, FULL)

    (result,) = applied(
        store, FULL.replace("#123456", "#654321").replace("${ACME_KEY}", "sk-other")
    )

    shown = {change.path: (change.was, change.becomes) for change in result.changes}
    assert shown == {
        "provider.api_key": ("(not shown)", "(not shown)"),
        "ui.theme.accent": ('"#123456"', '"#654321"'),
    }
    assert "sk-" not in repr(result)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "${ACME_KEY}",
            "${NOT_SET}",
            "chatdock.toml: sites[0] (acme).provider.api_key: the environment variable NOT_SET is"
            " not set (write $${…} to mean the text itself)",
        ),
        (
            'accent = "#123456"',
            'acent = "#123456"',
            "chatdock.toml: site acme: ui.theme.acent: is unknown; did you mean accent?",
        ),
        (
            'greeting = "你好"',
            'greting = "你好"',
            "chatdock.toml: sites[0] (acme).greting: is unknown; did you mean greeting?",
        ),
        (
            'model = "m-1"',
            'modell = "m-1"',
            "chatdock.toml: site acme: provider.modell: openai has no such setting; did you mean"
            " model?",
        ),
        (
            'kind = "openai"',
            'kind = "opnai"',
            "chatdock.toml: site acme: provider.kind: there is no 'opnai'; did you mean openai?",
        ),
        (
            "visitor_per_minute = 3",
            "visitor_per_minute = -1",
            "chatdock.toml: site acme: limits.visitor_per_minute: must be a whole number >= 0",
        ),
        (
            "visitor_per_minute = 3",
            "visitors_per_minute = 3",
            "chatdock.toml: site acme: limits.visitors_per_minute: is unknown; did you mean"
            " visitor_per_minute?",
        ),
        (
            "https://WWW.acme.example/",
            "www.acme.example",
            "chatdock.toml: site acme: origins: 'www.acme.example' needs a scheme: write"
            " https://www.acme.example",
        ),
        (
            '"https://WWW.acme.example/"',
            "1",
            "chatdock.toml: sites[0] (acme).origins[0]: must be text, not a whole number",
        ),
        (
            'key = "acme"',
            'key = "Acme Shop"',
            "chatdock.toml: sites[0] (Acme Shop).key: must be 1 to 64 of a-z, 0-9, - and _,"
            " starting with a letter or digit",
        ),
        ('key = "acme"\n', "", "chatdock.toml: sites[0].key: is missing"),
        (
            'name = "Acme"',
            "name = 2026-11-20",
            "chatdock.toml: sites[0] (acme).name: a date or time has no place here; put it in"
            " quotes",
        ),
    ],
)
def test_bad_input_names_file_and_path_and_changes_nothing(
    store: Store, old: str, new: str, message: str
) -> None:
    good_before_bad = DEMO.format(key="good", more="") + FULL.replace(old, new)

    with pytest.raises(BadInput) as caught:
        applied(store, good_before_bad)

    # The bad one is the second in the file.
    assert str(caught.value) == message.replace("sites[0]", "sites[1]")
    with store.read() as tx:
        assert all_sites(tx, store.cipher) == []


def test_a_new_site_needs_a_provider(store: Store) -> None:
    with pytest.raises(BadInput, match=r"site acme: provider\.kind: say which platform answers"):
        applied(store, '[[sites]]\nkey = "acme"')


def test_a_key_may_be_there_only_once(store: Store) -> None:
    with pytest.raises(BadInput, match=r"sites\[1\]\.key: acme is there twice"):
        applied(store, DEMO.format(key="acme", more="") * 2)


def test_sites_must_be_a_list_of_tables(store: Store) -> None:
    with pytest.raises(BadInput, match=r"headed \[\[sites\]\]"):
        applied(store, '[sites]\nkey = "acme"')


def test_a_doubled_dollar_stands_for_the_text_itself(store: Store) -> None:
    applied(store, DEMO.format(key="acme", more='greeting = "$${NAME} costs $5"'))

    assert acme(store).options.greeting == "${NAME} costs $5"


def test_a_variable_may_stand_inside_a_text(store: Store) -> None:
    applied(store, DEMO.format(key="acme", more='greeting = "a ${ACME_KEY} b"'))

    assert acme(store).options.greeting == "a sk-planted b"


def from_console(store: Store, *paths: str) -> None:
    with store.begin() as tx:
        set_console_paths(tx, "acme", paths)


def test_what_the_console_set_is_not_overwritten_without_a_word(store: Store) -> None:
    applied(store, FULL)
    from_console(store, "ui.theme.accent", "greeting")

    with pytest.raises(NeedsOverwrite) as caught:
        applied(store, FULL.replace("#123456", "#654321").replace('"Acme"', '"New"'))

    assert str(caught.value) == (
        "chatdock.toml would change what was set in the console; nothing was changed:\n"
        '  acme: ui.theme.accent: "#123456" → "#654321"\n'
        "Take these out of the file, or let it win with --overwrite."
    )
    assert acme(store).name == "Acme"


def test_what_the_console_set_and_the_file_says_too_is_no_conflict(store: Store) -> None:
    applied(store, FULL)
    from_console(store, "ui.theme.accent")

    assert applied(store, FULL)[0].changes == ()


def test_overwrite_lets_the_file_win_and_forgets_the_console_there(store: Store) -> None:
    applied(store, FULL)
    from_console(store, "ui.theme.accent", "greeting")
    changed = FULL.replace("#123456", "#654321")

    applied(store, changed, overwrites_console=True)
    assert acme(store).options.ui.theme.accent == "#654321"

    applied(store, FULL)
    with pytest.raises(NeedsOverwrite, match="greeting"):
        applied(store, FULL.replace("你好", "hi"))


def test_a_setting_in_the_console_covers_what_lies_below_it(store: Store) -> None:
    applied(store, FULL)
    from_console(store, "ui.theme")

    with pytest.raises(NeedsOverwrite, match=r"ui\.theme\.accent"):
        applied(store, FULL.replace("#123456", "#654321"))


def test_long_and_absent_values_are_shown_shortened(store: Store) -> None:
    applied(store, DEMO.format(key="acme", more='greeting = "short"'))

    result = applied(store, DEMO.format(key="acme", more=f'greeting = "{"x" * 100}"'))
    result += applied(store, DEMO.format(key="acme", more="") + "delay_ms = 5")

    shown = {change.path: (change.was, change.becomes) for one in result for change in one.changes}
    assert shown == {
        "greeting": ('"short"', '"' + "x" * 59 + "…"),
        "provider.delay_ms": ("(nothing)", "(not shown)"),
    }


def test_a_draft_shows_no_key_in_its_repr() -> None:
    (draft,) = read_drafts(tomllib.loads(FULL)["sites"], ENVIRON)

    assert repr(draft) == "Draft('acme', …)"


def test_an_empty_list_of_origins_is_pointed_out(store: Store) -> None:
    (result,) = applied(store, DEMO.format(key="acme", more=""))

    assert result.warnings == (
        "origins is empty: only pages of this server itself may show the chat",
    )


def test_what_pages_may_say_and_hear_is_laid_over_what_was_there(store: Store) -> None:
    applied(store, DEMO.format(key="acme", more=OPEN) + '[sites.page]\ninputs = ["sku"]\n')
    first = acme(store).page

    (changed,) = applied(
        store, DEMO.format(key="acme", more=OPEN) + "[sites.page]\nshares_text = true\n"
    )

    assert first == HostPage(inputs=("sku",))
    assert acme(store).page == HostPage(shares_text=True, inputs=("sku",))
    assert [one.path for one in changed.changes] == ["page.shares_text"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('inputs = ["a b"]', r"page\.inputs.*one word of 1 to 40 of A-Z"),
        ("share_text = true", r"page\.share_text: is unknown; did you mean shares_text"),
    ],
)
def test_wrong_word_on_pages_is_named(store: Store, line: str, fault: str) -> None:
    with pytest.raises(BadInput, match=fault):
        applied(store, DEMO.format(key="acme", more=OPEN) + f"[sites.page]\n{line}\n")


def test_agents_of_coze_pages_are_laid_over_those_that_were_there(store: Store) -> None:
    applied(store, DEMO.format(key="acme", more=OPEN) + '[sites.compat.coze]\nbots = ["1"]\n')
    (same,) = applied(store, DEMO.format(key="acme", more=OPEN) + "[sites.compat.coze]\n")

    (changed,) = applied(
        store, DEMO.format(key="acme", more=OPEN) + '[sites.compat.coze]\nbots = ["1", "2"]\n'
    )

    assert same.changes == ()
    assert acme(store).compat == Compat(coze=CozePages(("1", "2")))
    assert [(one.path, one.becomes) for one in changed.changes] == [
        ("compat.coze.bots", '["1", "2"]')
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("bots = [1]", r"compat\.coze\.bots"),
        ('bots = ["a b"]', r"compat\.coze\.bots.*an id as the page has it, in quotes"),
        ('bot = "1"', r"compat\.coze\.bot: is unknown; did you mean bots"),
    ],
)
def test_wrong_agent_of_coze_pages_is_named(store: Store, line: str, fault: str) -> None:
    with pytest.raises(BadInput, match=fault):
        applied(store, DEMO.format(key="acme", more=OPEN) + f"[sites.compat.coze]\n{line}\n")


CHATKIT = """
[sites.ui.theme]
colorScheme = "dark"
radius = "pill"
[sites.ui.theme.color.accent]
primary = "hsl(173, 80%, 26%)"
level = 2
"""


def test_a_chatkit_theme_is_taken_and_what_it_lacks_here_is_told(store: Store) -> None:
    (made,) = applied(store, DEMO.format(key="acme", more=OPEN) + CHATKIT)
    (changed,) = applied(
        store, DEMO.format(key="acme", more=OPEN) + CHATKIT.replace("pill", "sharp")
    )

    theme = acme(store).options.ui.theme
    assert (theme.scheme, theme.radius, theme.accent) == ("dark", "none", "#0d776b")
    assert made.warnings == ("ui.theme: without ChatKit's color.accent.level, which we have not",)
    assert [change.path for change in changed.changes] == ["ui.theme.radius"]


def test_a_chatkit_theme_that_is_wrong_is_refused_by_its_own_path(store: Store) -> None:
    with pytest.raises(BadInput, match=r"\(acme\)\.ui\.theme\.color\.accent\.primary: is not what"):
        applied(store, DEMO.format(key="acme", more="") + CHATKIT.replace("hsl(", "hsl<"))


PICTURES = """
[[sites]]
key = "acme"
[sites.provider]
kind = "demo"
[sites.ui.base]
icon = "{base}"
[sites.ui.asstBtn]
icon = "{launcher}"
"""


def test_a_picture_is_made_small_where_it_is_stored(store: Store, tmp_path: Path) -> None:
    Image.new("RGB", (300, 300), "red").save(tmp_path / "logo.png")
    text = PICTURES.format(base="logo.png", launcher="")
    source = str(tmp_path / "chatdock.toml")

    apply(store, tomllib.loads(text)["sites"], source=source, environ=ENVIRON)
    (again,) = apply(store, tomllib.loads(text)["sites"], source=source, environ=ENVIRON)

    ui = acme(store).options.ui
    assert ui.base.icon == small_icon((tmp_path / "logo.png").read_bytes(), "logo.png")
    assert ui.asst_btn.icon == ""
    assert again.changes == ()


def test_a_picture_that_cannot_be_taken_is_named_with_its_place(store: Store) -> None:
    text = PICTURES.format(base="", launcher="https://a.example/logo.png")

    with pytest.raises(BadInput) as refused:
        applied(store, text)

    assert str(refused.value) == (
        "chatdock.toml: sites[0] (acme).ui.asstBtn.icon: https://a.example/logo.png: no address is"
        " fetched; download the picture and give the file"
    )


@pytest.mark.parametrize("wrong", ["base = 3", "base.icon = 3"])
def test_a_picture_of_a_wrong_type_is_told_like_any_option(store: Store, wrong: str) -> None:
    text = f'[[sites]]\nkey = "acme"\nprovider.kind = "demo"\nui.{wrong}\n'

    with pytest.raises(BadInput, match=r"site acme: ui\.base"):
        applied(store, text)
