from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from widget.domain.errors import Misconfigured, NotFound
from widget.domain.options import Options, parse_options
from widget.domain.sites import Limits, ProviderChoice, Site
from widget.store.database import Store
from widget.store.sites import (
    NewSecrets,
    SiteDirectory,
    accepts_server_key,
    all_sites,
    console_paths,
    find_site,
    identity_secrets,
    rotate,
    save_site,
    set_console_paths,
    set_paused,
    site_keys,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACME = Site(
    key="acme",
    name="Acme 商店",
    origins=("https://www.acme.example", "https://*.acme.example"),
    provider=ProviderChoice("openai", {"api_key": "sk-planted", "extra_body": {"a": [1, True]}}),
    options=parse_options(
        {
            "greeting": "你好",
            "starters": ["a", "b"],
            "ui": {
                "theme": {"accent": "#123456"},
                "footer": {"linkvars": {"terms": {"text": "Terms", "link": "https://a.example"}}},
            },
        }
    ),
    limits=Limits(visitor_per_minute=3),
    languages=("zh-TW", "en"),
    texts={"zh-TW": {"frame.send": "送出"}},
)


def saved(store: Store, site: Site = ACME) -> NewSecrets:
    with store.begin() as tx:
        made = save_site(tx, site, store.cipher, now=NOON)
    assert made
    return made


def found(store: Store, key: str = "acme") -> Site | None:
    with store.read() as tx:
        return find_site(tx, key, store.cipher)


def test_a_saved_site_comes_back_whole(store: Store) -> None:
    saved(store)

    assert found(store) == replace(ACME, updated_at=NOON)


def test_saving_again_changes_the_row_and_makes_no_new_secrets(store: Store) -> None:
    saved(store)

    with store.begin() as tx:
        made = save_site(tx, replace(ACME, name="New", is_paused=True), store.cipher)

    site = found(store)
    assert made is None
    assert site
    assert (site.name, site.is_paused) == ("New", True)


def test_only_what_differs_from_the_defaults_is_stored(store: Store) -> None:
    saved(store, replace(ACME, options=Options()))

    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT options FROM sites").scalar() == "{}"


def test_sites_are_listed_by_key(store: Store) -> None:
    saved(store)
    saved(store, replace(ACME, key="aaa"))

    with store.read() as tx:
        assert site_keys(tx) == ["aaa", "acme"]
        assert [site.key for site in all_sites(tx, store.cipher)] == ["aaa", "acme"]


def test_no_secret_lies_readable_in_the_files(store: Store, database: Path) -> None:
    made = saved(store)
    planted = replace(ACME, key="planted", name="sk-planted")
    files = [database, Path(f"{database}-wal")]

    def hits(secret: str) -> int:
        return sum(file.read_bytes().count(secret.encode()) for file in files)

    assert [hits(one) for one in ("sk-planted", made.identity_secret, made.server_key)] == [0, 0, 0]
    saved(store, planted)
    assert hits("sk-planted") > 0


def test_secrets_do_not_show_in_a_repr(store: Store) -> None:
    made = saved(store)

    assert made.server_key not in repr(made)
    assert "sk-planted" not in repr(found(store))


def test_a_site_does_not_open_under_another_secret_key(store: Store, database: Path) -> None:
    saved(store)
    other = Store(f"sqlite:///{database}", secret_key=b"other" * 8)

    with pytest.raises(Misconfigured, match=r"secret\.key"):
        found(other)
    other.close()


def test_the_server_key_is_accepted_and_no_other(store: Store) -> None:
    made = saved(store)

    with store.read() as tx:
        assert accepts_server_key(tx, "acme", made.server_key)
        assert not accepts_server_key(tx, "acme", made.server_key + "x")
        assert not accepts_server_key(tx, "nobody", made.server_key)


def test_rotated_secrets_are_good_beside_the_old_ones_for_24_hours(store: Store) -> None:
    old = saved(store)
    with store.begin() as tx:
        new = rotate(tx, "acme", store.cipher, now=False, at=NOON)

    with store.read() as tx:
        just_before, after = NOON + timedelta(hours=24, seconds=-1), NOON + timedelta(hours=24)
        assert identity_secrets(tx, "acme", store.cipher, at=just_before) == (
            new.identity_secret,
            old.identity_secret,
        )
        assert identity_secrets(tx, "acme", store.cipher, at=after) == (new.identity_secret,)
        assert accepts_server_key(tx, "acme", old.server_key, at=just_before)
        assert not accepts_server_key(tx, "acme", old.server_key, at=after)
        assert accepts_server_key(tx, "acme", new.server_key, at=after)
    site = found(store)
    assert site
    assert site.token_generation == 1


def test_rotate_now_ends_the_old_secrets_and_every_token(store: Store) -> None:
    old = saved(store)
    with store.begin() as tx:
        new = rotate(tx, "acme", store.cipher, now=True)

    with store.read() as tx:
        assert identity_secrets(tx, "acme", store.cipher) == (new.identity_secret,)
        assert not accepts_server_key(tx, "acme", old.server_key)
    site = found(store)
    assert site
    assert site.token_generation == 2


def test_rotate_now_also_ends_secrets_of_an_earlier_rotation(store: Store) -> None:
    saved(store)
    with store.begin() as tx:
        rotate(tx, "acme", store.cipher, now=False)
        newest = rotate(tx, "acme", store.cipher, now=True)

        assert identity_secrets(tx, "acme", store.cipher) == (newest.identity_secret,)


def test_pausing_and_resuming(store: Store) -> None:
    saved(store)
    states = []
    for paused in (True, False):
        with store.begin() as tx:
            set_paused(tx, "acme", paused)
        site = found(store)
        states.append(site and site.is_paused)

    assert states == [True, False]


def test_an_unknown_site_is_named(store: Store) -> None:
    with store.begin() as tx:
        with pytest.raises(NotFound, match="'nobody'"):
            set_paused(tx, "nobody", True)
        with pytest.raises(NotFound, match="'nobody'"):
            rotate(tx, "nobody", store.cipher, now=True)
        with pytest.raises(NotFound, match="'nobody'"):
            identity_secrets(tx, "nobody", store.cipher)
        assert find_site(tx, "nobody", store.cipher) is None


def test_console_paths_are_kept_over_a_save(store: Store) -> None:
    saved(store)
    with store.begin() as tx:
        assert console_paths(tx, "acme") == frozenset()
        set_console_paths(tx, "acme", ["ui.theme.accent", "greeting"])
        save_site(tx, ACME, store.cipher)

        assert console_paths(tx, "acme") == {"ui.theme.accent", "greeting"}


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_directory_is_at_most_two_seconds_behind(store: Store) -> None:
    saved(store)
    clock = Clock()
    directory = SiteDirectory(store, clock=clock)
    first = directory.find("acme")
    with store.begin() as tx:
        set_paused(tx, "acme", True)

    clock.now += 1.9
    assert directory.find("acme") is first
    clock.now += 0.2
    site = directory.find("acme")
    assert site
    assert site.is_paused


def test_directory_gives_the_same_object_while_nothing_changes(store: Store) -> None:
    saved(store)
    clock = Clock()
    directory = SiteDirectory(store, clock=clock)
    first = directory.find("acme")

    clock.now += 10

    assert directory.find("acme") is first


def test_directory_finds_a_site_that_was_unknown_before(store: Store) -> None:
    clock = Clock()
    directory = SiteDirectory(store, clock=clock)
    assert directory.find("acme") is None
    saved(store)

    clock.now += 2.1

    assert directory.find("acme") == replace(ACME, updated_at=NOON)


def test_directory_does_not_grow_with_guessed_keys(store: Store) -> None:
    directory = SiteDirectory(store, most_kept=10)

    for number in range(25):
        directory.find(f"guess-{number}")

    assert len(directory._kept) <= 10
