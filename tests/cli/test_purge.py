"""``chatdock purge`` as an operator calls it."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import SITE, Chatdock

Write = Callable[[str], None]


def test_purge_says_what_it_did_for_each_site(chatdock: Chatdock, write: Write) -> None:
    keeps = SITE.replace('"acme"', '"shop"') + "[sites.apis.kefu]\nidle_days = 0\n"
    write(SITE + keeps)
    chatdock("apply", "chatdock.toml")

    dry, wet = chatdock("purge", "--dry-run"), chatdock("purge")

    assert dry.stdout == (
        "acme: 0 conversations idle for 30 days would be deleted.\n"
        "shop: keeps its conversations for ever (apis.kefu.idle_days = 0).\n"
    )
    assert wet.stdout == (
        "acme: 0 conversations idle for 30 days deleted, with 0 files.\n"
        "shop: keeps its conversations for ever (apis.kefu.idle_days = 0).\n"
    )
    assert (dry.returncode, wet.returncode) == (0, 0)


def test_purge_of_an_unknown_site_is_refused(chatdock: Chatdock, write: Write) -> None:
    write(SITE)
    chatdock("apply", "chatdock.toml")

    done = chatdock("purge", "nobody")

    assert done.returncode == 1
    assert done.stderr == ("Error: there is no site 'nobody'; `chatdock sites` lists them\n")
