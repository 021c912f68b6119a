"""Parts as they can be encoded: a platform's broken text is mended, not fatal."""

from __future__ import annotations

import msgspec

from widget.domain.conversations import Part
from widget.runs.clean import clean_tree


def storable(part: Part) -> Part:
    try:
        msgspec.json.encode(part)
    except UnicodeEncodeError:
        mended: Part = msgspec.convert(clean_tree(msgspec.to_builtins(part)), type(part))
        return mended
    return part
