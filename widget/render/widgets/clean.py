"""The second wall: what our templates drew passes an allow-list as an answer's Markdown does.

The templates escape every text already. This holds even if one of them forgets to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import nh3

from widget.render.widgets.props import mended

_FIELD = {
    *("aria-label", "autocomplete", "class", "disabled", "form", "id", "name"),
    *("placeholder", "required", "data-change", "data-handler", "data-loading"),
}
_cleaner = nh3.Cleaner(
    tags={
        *("a", "button", "dd", "details", "div", "dl", "dt", "figure", "form", "h3", "hr", "i"),
        *(
            "img",
            "input",
            "label",
            "li",
            "ol",
            "option",
            "p",
            "section",
            "select",
            "small",
            "strong",
        ),
        *("span", "summary", "textarea", "ul"),
        *("table", "tbody", "td", "th", "thead", "tr"),
        *("path", "polygon", "polyline", "rect", "svg", "text", "title"),
    },
    clean_content_tags=set(),
    attributes={
        "*": {"class", "id", "aria-label", "aria-labelledby", "data-say", "title"},
        "a": {"href"},
        "button": {
            *("aria-hidden", "disabled", "form", "formnovalidate", "name", "tabindex", "value"),
            *("data-handler", "data-loading"),
        },
        "div": {"data-field", "data-prose", "data-attachment", "aria-describedby"},
        "form": {"enctype"},
        "img": {"alt", "height", "src", "width"},
        "input": {
            *_FIELD,
            *("accept", "aria-describedby", "checked", "max", "maxlength", "min", "multiple"),
            *("pattern", "step", "value"),
        },
        "label": {"for"},
        "option": {"disabled", "selected", "value"},
        "path": {"d"},
        "polygon": {"points"},
        "polyline": {"points"},
        "rect": {"height", "width", "x", "y"},
        "select": _FIELD | {"aria-describedby"},
        "svg": {"aria-hidden", "viewBox"},
        "td": {"colspan", "rowspan"},
        "text": {"x", "y"},
        "textarea": _FIELD | {"aria-describedby", "maxlength", "rows"},
        "th": {"colspan", "rowspan"},
    },
    tag_attribute_values={
        "button": {"type": {"button", "submit"}},
        "div": {"role": {"group", "radiogroup"}},
        "form": {"method": {"post"}},
        "img": {"loading": {"lazy"}},
        "input": {
            "type": {
                *("checkbox", "date", "email", "file", "hidden", "number", "password", "radio"),
                *("tel", "text", "url"),
            }
        },
        "svg": {"role": {"img"}},
        "th": {"scope": {"col", "row"}},
    },
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https"},
    url_relative="deny",
)
_PROSE = re.compile(r'(<div class="prose" data-prose="(\d+)">)</div>')


def cleaned(html: str, prose: Sequence[str] = ()) -> str:
    """The HTML with nothing in it that runs, loads or posts elsewhere; ``prose`` are the documents
    of the Markdown renderer, cleaned there by its own list, that go into the places left free."""
    html = _cleaner.clean(mended(html))
    return _PROSE.sub(lambda found: f"{found[1]}{prose[int(found[2])]}</div>", html)
