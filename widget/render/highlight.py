"""Code in colours: short class names from Pygments, and only for what helps reading.

The whole block crosses the wire a second time when its fence closes, so neighbours of one class
share an element, names and punctuation have none, and the element is the shortest there is.
"""

from __future__ import annotations

from functools import lru_cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Comment, Keyword, Name, Number, String, _TokenType
from pygments.util import ClassNotFound

# Longer code stays plain: colouring it would hold up every other conversation of the process.
LONGEST = 16_000

_SHOWN = (Comment, Keyword, Number, String, Name.Function, Name.Class, Name.Tag)


def coloured(code: str, language: str) -> str | None:
    """The inner HTML of a code element, or None when it stays plain."""
    if not language or len(code) > LONGEST:
        return None
    return _coloured(code, language)


def escaped(text: str) -> str:
    """Text as the cleaner writes it, so that pieces made without it look the same."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\xa0", "&nbsp;")


@lru_cache(maxsize=64)
def _coloured(code: str, language: str) -> str | None:
    lexer = _lexer(language)
    if lexer is None:
        return None
    runs = _runs(lexer, code)
    if "".join(text for _, text in runs) != code:
        return None
    return "".join(
        f'<i class="{name}">{escaped(text)}</i>' if name else escaped(text) for name, text in runs
    )


@lru_cache(maxsize=128)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _runs(lexer: Lexer, code: str) -> list[tuple[str, str]]:
    runs: list[tuple[str, str]] = []
    for kind, text in lexer.get_tokens(code):
        name = _class_of(kind)
        if runs and (runs[-1][0] == name or not text.strip()):
            runs[-1] = (runs[-1][0], runs[-1][1] + text)
        else:
            runs.append((name, text))
    return runs


@lru_cache(maxsize=512)
def _class_of(kind: _TokenType) -> str:
    for shown in _SHOWN:
        if kind in shown:
            return str(STANDARD_TYPES[shown])
    return ""
