"""The one option tree: what a site's owner may set about look and texts, and a page for itself.

Names, types and defaults are Coze's (``WebChatClient``), extended in the same spirit. Declared here
once; validation, the JSON Schema, the reference page and the types of the page API come from it. An
option that changes nothing yet is not declared.
"""

from widget.domain.options.chat import FeedbackPanel, FeedbackTag, Footer, HeaderAction
from widget.domain.options.declared import (
    PAGE_ONLY,
    Declared,
    PageOnly,
    declared_options,
    options_schema,
)
from widget.domain.options.laying import (
    MOST_MISTAKES,
    differences,
    overlay,
    overlay_what_fits,
    parse_options,
)
from widget.domain.options.look import Grey, Theme
from widget.domain.options.tree import Options

__all__ = [
    "MOST_MISTAKES",
    "PAGE_ONLY",
    "Declared",
    "FeedbackPanel",
    "FeedbackTag",
    "Footer",
    "Grey",
    "HeaderAction",
    "Options",
    "PageOnly",
    "Theme",
    "declared_options",
    "differences",
    "options_schema",
    "overlay",
    "overlay_what_fits",
    "parse_options",
]
