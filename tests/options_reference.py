"""docs/options.md and docs/options.zh-CN.md, made from the declared tree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

from msgspec import Meta

from tests import options_told as told
from tests import options_vendors as vendors
from tests.options_told import Said
from widget.domain.languages import Lang as OptionLang
from widget.domain.options import PAGE_ONLY, Declared, declared_options, options_schema
from widget.domain.options.fields import CHINESE, Colour, FontList, Link, Name, Picture

Lang = Literal["en", "zh"]

# What an owner switched off for safety no page may switch on; a greeting speaks for the owner.
OF_OWNER = ("greeting", "starters")
ONLY_LESS = ("ui.chatBot.uploadable", "ui.chatBot.feedback.isNeedFeedback")


def options_page(lang: Lang) -> str:
    """The whole page in this language."""
    groups: dict[str, list[Declared]] = {}
    for one in declared_options():
        groups.setdefault(group_of(one.path), []).append(one)
    parts = [
        getattr(told.HEAD, lang),
        *(_group(name, leaves, lang) for name, leaves in groups.items()),
        getattr(told.PAGE_ONLY_HEAD, lang),
        *(f"| `{one.path}` | {one.help if lang == 'en' else one.help_zh} |\n" for one in PAGE_ONLY),
        getattr(vendors.COZE_HEAD, lang),
        *(f"| `{name}` | {getattr(why, lang)} |\n" for name, why in vendors.COZE.items()),
        getattr(vendors.CHATKIT_HEAD, lang),
        *(_mapped(*row) for row in vendors.CHATKIT),
        getattr(vendors.CHATKIT_LEFT_OUT, lang),
    ]
    return "".join(parts)


def group_of(path: str) -> str:
    """The table that an option stands in: its first two names under ``ui``, else its first."""
    first, *more = path.split(".")
    if not more:
        return ""
    return f"{first}.{more[0]}" if first == "ui" else first


def _group(name: str, leaves: list[Declared], lang: Lang) -> str:
    title, example = told.GROUPS[name]
    said = getattr(title, lang)
    heading = f"`{name}`: {said}" if lang == "en" else f"`{name}`：{said}"
    rows = (row for leaf in leaves for row in _rows(leaf, lang))
    return "".join(
        [
            f"\n## {heading if name else said}\n\n",
            getattr(told.COLUMNS, lang),
            *rows,
            f"\n```toml\n{example}```\n",
        ]
    )


def _rows(leaf: Declared, lang: Lang) -> Iterator[str]:
    """An option, and below it what the entries of its list or table are made of."""
    meaning = leaf.help if lang == "en" else leaf.help_zh
    who = getattr(_who(leaf.path), lang)
    yield _row(leaf.path, _value(leaf.default), _takes(leaf.schema, lang), who, meaning)
    inner, mark = _entries(leaf.schema)
    for name, field in inner.get("properties", {}).items():
        is_required = name in inner.get("required", ())
        default = getattr(told.REQUIRED, lang) if is_required else _value(field.get("default"))
        meaning = field.get("description" if lang == "en" else CHINESE, "")
        yield _row(f"{leaf.path}{mark}.{name}", default, _takes(field, lang), "", meaning)


def _row(path: str, *cells: str) -> str:
    return f"| `{path}` | {' | '.join(cells)} |\n"


def _who(path: str) -> Said:
    if path in OF_OWNER:
        return told.MAY_NOT
    return told.MAY_LESS if path in ONLY_LESS else told.MAY


def _entries(schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    for name, mark in (("items", "[]"), ("additionalProperties", ".*")):
        reference = schema.get(name, {}).get("$ref", "")
        if reference:
            return options_schema()["$defs"][reference.rpartition("/")[2]], mark
    return {}, ""


def _takes(schema: Mapping[str, Any], lang: Lang) -> str:
    if "enum" in schema:
        values = (_code(value) for value in schema["enum"])
        return str(getattr(told.AND, lang)).join(values)
    said: Said = _kind(schema)
    text: str = getattr(said, lang)
    return text.format(least=schema.get("minimum"), most=f"{_most(schema):,}")


def _kind(schema: Mapping[str, Any]) -> Said:
    patterns = {
        _pattern(Colour): told.COLOUR,
        _pattern(FontList): told.FONTS,
        _pattern(OptionLang): told.LANG,
        _pattern(Link): told.LINK,
        _pattern(Name): told.NAME,
        _pattern(Picture): told.PICTURE,
    }
    kinds = {
        "boolean": told.TRUTH,
        "integer": told.WHOLE,
        "array": told.LIST,
        "object": told.TABLE,
        "string": told.TEXT,
    }
    return patterns.get(schema.get("pattern", "")) or kinds[schema["type"]]


def _pattern(kind: Any) -> str:
    return next(note.pattern for note in get_args(kind) if isinstance(note, Meta) and note.pattern)


def _most(schema: Mapping[str, Any]) -> int:
    names = ("maximum", "maxLength", "maxItems", "maxProperties")
    return next((int(schema[name]) for name in names if name in schema), 0)


def _value(value: object) -> str:
    return "" if value in ("", (), None, {}, []) else _code(value)


def _code(value: object) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _mapped(path: str, value: object, ours: str, ours_value: object) -> str:
    """A value is shown where it becomes another one."""
    if value == ours_value:
        return f"| `{path}` | `ui.theme.{ours}` |\n"
    return f"| `{path}` {_code(value)} | `ui.theme.{ours}` {_code(ours_value)} |\n"
