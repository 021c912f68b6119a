"""The body of a kefu call: JSON, or a form of either kind, as the sender likes."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from flask import Request

from widget.domain.errors import BadInput

URLENCODED = "application/x-www-form-urlencoded"
FORMS = (URLENCODED, "multipart/form-data")
Asked = TypeVar("Asked")


def read_body(request: Request, type_: type[Asked]) -> Asked:
    """``BadInput`` names the field at fault. Without a body, nothing was said."""
    try:
        if _is_form(request):
            return msgspec.convert(request.form.to_dict(), type_)
        return msgspec.json.decode(request.get_data() or b"{}", type=type_)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise BadInput(str(error)) from error
    except RecursionError:
        raise BadInput("the JSON nests too deep to be read") from None


def _is_form(request: Request) -> bool:
    """Tools send JSON under a form's name when nobody tells them what it is (``curl -d``)."""
    if request.mimetype != URLENCODED:
        return request.mimetype in FORMS
    return not request.get_data().lstrip().startswith(b"{")
