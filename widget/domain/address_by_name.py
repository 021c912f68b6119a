"""``{{user_name}}`` in what the chat says first: Coze's place for how the visitor is called."""

from __future__ import annotations

import re

_PLACE = r"(?P<mark>[*_]{1,3})?\{\{\s*user_name\s*\}\}(?(mark)(?P=mark))"
NAMED = re.compile(r"\{\{\s*user_name\s*\}\}")
_FIRST = re.compile(rf"^([ \t]*){_PLACE}[ \t]*[,，、:：]?[ \t]*", re.MULTILINE)
_LATER = re.compile(rf"[ \t]*[,，、]?[ \t]*{_PLACE}")
_MARKS = re.compile(r"[!-/:-@\[-`{-~]")


def addressed(text: str, name: str) -> str:
    """The text with the name in its place. Without a name the place goes, and the comma with it:
    ``Hello, {{user_name}}!`` becomes ``Hello!``."""
    if name:
        return NAMED.sub(lambda _: name, text)
    return _LATER.sub("", _FIRST.sub(r"\1", text))


def as_markdown(name: str) -> str:
    """A name for a Markdown text, in which it means nothing but itself."""
    return _MARKS.sub(_escaped, " ".join(name.split()))


def _escaped(mark: re.Match[str]) -> str:
    """A backslash before a bracket begins a formula; an entity does not keep an address from
    becoming a link."""
    return f"&#{ord(mark[0])};" if mark[0] in "()[]" else f"\\{mark[0]}"
