"""Which of the languages on offer answers a wish such as ``zh-Hant-HK``, here and in the loader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from msgspec import Meta

from widget.domain.patterns import END

LANGS = ("zh-CN", "zh-TW", "en", "ja", "ko")
FALLBACK = "en"
# Where Chinese is written in traditional characters when a tag names no script (CLDR's likely
# subtags); one of another region, such as ``zh-SG``, is simplified.
TRADITIONAL = ("hant", "tw", "hk", "mo")
MOST_WISHES = 20

_TAG = r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,4}"
LangTag = Annotated[
    str,
    Meta(pattern=rf"^{_TAG}{END}", extra={"wanted": "a language tag such as zh-TW or en"}),
]
Lang = Annotated[
    str,
    Meta(
        pattern=rf"^({_TAG})?{END}",
        extra={"wanted": "a language tag such as zh-TW or en, or empty"},
    ),
]


def known(tag: str, langs: Sequence[str]) -> str:
    """The one of ``langs`` for a tag such as ``zh_Hant_TW`` or ``en-GB``; empty when there is none.

    The tag itself, else for Chinese the one in its script, else another of the same language.
    """
    parts = tag.strip().lower().replace("_", "-").split("-")
    named = {lang.lower(): lang for lang in langs}
    nearest = next((lang for lang in langs if _primary(lang) == parts[0]), "")
    exact = ("-".join(parts[:length]) for length in range(len(parts), 1, -1))
    ways = (*exact, _written(parts), parts[0])
    return next((named[way] for way in ways if way in named), nearest)


def choose(wishes: Iterable[str], langs: Sequence[str], *, otherwise: str) -> str:
    """The language of the first wish that can be fulfilled."""
    return next(filter(None, (known(wish, langs) for wish in wishes)), otherwise)


def several(wish: str) -> tuple[str, ...]:
    """One wish, or several in one parameter: a loader names all that its page and browser have."""
    return tuple(wish.split(",")[:MOST_WISHES])


def beginnings(langs: Sequence[str]) -> dict[str, str]:
    """How the tags begin that mean each of ``langs``, in the order in which to look for them.

    The first one means the first language, which is the one for all other tags. It is the same
    choice as ``known`` makes, as far as a loader can make it that has a few bytes for it.
    """
    found = {tag: lang for lang in langs for tag in _distinct(lang, langs)}
    primaries = dict.fromkeys(_primary(lang) for lang in langs)
    found.update({primary: known(primary, langs) for primary in primaries})
    first = next(tag for tag, lang in found.items() if lang == langs[0])
    return {first: langs[0], **found}


def _distinct(lang: str, langs: Sequence[str]) -> Iterator[str]:
    """The longer tags, where another of ``langs`` is the same language written otherwise."""
    if sum(_primary(other) == _primary(lang) for other in langs) == 1:
        return
    # What is its own primary tag gets a longer one too: the shorter tags are looked for last.
    yield lang.lower() if "-" in lang else f"{lang}-{lang}"
    if lang == "zh-TW":
        others = {other.lower() for other in langs}
        yield from (f"zh-{part}" for part in TRADITIONAL if f"zh-{part}" not in others)


def _written(parts: Sequence[str]) -> str:
    """The language that stands for all Chinese in one script."""
    if parts[0] != "zh":
        return ""
    script = next((part for part in parts[1:] if len(part) == 4), "")
    is_traditional = script == "hant" or (not script and any(p in TRADITIONAL for p in parts[1:]))
    return "zh-tw" if is_traditional else "zh-cn"


def _primary(lang: str) -> str:
    return lang.lower().partition("-")[0]
