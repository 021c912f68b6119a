"""The icons that a ChatKit tree may name, drawn by us on 24 × 24: strokes, no fills.

``lucide:`` and ``vendor:`` names that are not among them show nothing.
"""

from __future__ import annotations

_PAGE = "M6 3h8l5 5v13H6zM14 3v5h5"
_PERSON = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c0-4 3.5-6 8-6s8 2 8 6"
_STAR = "M12 3l2.7 5.8 6.3.8-4.6 4.3 1.2 6.3-5.6-3.1-5.6 3.1 1.2-6.3L3 9.6l6.3-.8z"
_CIRCLE = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18"
_SQUARE = "M4 4h16v16H4z"
_BOOK = "M12 6c-2-1.6-5-2-9-2v14c4 0 7 .4 9 2 2-1.6 5-2 9-2V4c-4 0-7 .4-9 2zM12 6v14"
_PEN = "M4 20l1-5L16 4l4 4L9 19z"
_NOTE = "M6 3h13v18H6zM3 7h4M3 12h4M3 17h4M10 8h5M10 12h5"
_SPARKLE = "M12 3l2 7 7 2-7 2-2 7-2-7-7-2 7-2z"
_PIN = "M12 21c-4-4.5-7-8-7-11a7 7 0 0 1 14 0c0 3-3 6.5-7 11zM12 12.5a2.5 2.5 0 1 0 0-5"
_PATHS = {
    "agent": "M5 9h14v10H5zM12 9V4M9 13.5h.1M15 13.5h.1M2 13v3M22 13v3",
    "analytics": "M4 4v16h16M8 15l4-5 3 3 5-7",
    "atom": "M12 12h.1M12 7c6 0 10 2.2 10 5s-4 5-10 5S2 14.8 2 12s4-5 10-5M7.7 9.5c3-5 7-7.6 "
    "9.3-6.2s2.3 6.3-.7 11.3-7 7.6-9.3 6.2-2.3-6.3.7-11.3",
    "batch": "M4 4h12v12H4zM8 20h12V8",
    "bolt": "M13 2L5 13h6l-1 9 9-12h-7z",
    "book-open": _BOOK,
    "book-closed": "M6 3h13v18H6a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2M4 18h15",
    "book-clock": "M19 9V3H6a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h5M17 12a5 5 0 1 0 0 10 5 5 0 0 0 "
    "0-10M17 15v2l1.5 1",
    "bug": "M8 8h8v7a4 4 0 0 1-8 0zM9 8a3 3 0 0 1 6 0M3 12h5M16 12h5M4 20l4-3M20 20l-4-3M4 5l4 "
    "3M20 5l-4 3",
    "calendar": "M4 5h16v15H4zM4 10h16M8 2v5M16 2v5",
    "chart": "M5 20v-8M12 20V4M19 20v-11",
    "check": "M5 12l5 5 9-10",
    "check-circle": f"{_CIRCLE}M8 12l3 3 5-6",
    "check-circle-filled": f"{_CIRCLE}M8 12l3 3 5-6",
    "chevron-left": "M15 6l-6 6 6 6",
    "chevron-right": "M9 6l6 6-6 6",
    "circle-question": f"{_CIRCLE}M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-1 .4-1 1-1 1.7M12 17h.1",
    "clock": f"{_CIRCLE}M12 7v5l3 2",
    "compass": f"{_CIRCLE}M16 8l-2.5 5.5L8 16l2.5-5.5z",
    "confetti": "M4 20l5-12 7 7zM14 4c1 1 1 3 0 4M20 10c-1-1-3-1-4 0M18 3v2M21 6h-2M20 15v2",
    "cube": "M12 2l9 5v10l-9 5-9-5V7zM3 7l9 5 9-5M12 12v10",
    "desktop": "M3 4h18v12H3zM8 21h8M12 16v5",
    "document": f"{_PAGE}M9 13h7M9 17h7",
    "dot": "M12 12h.1",
    "dots-horizontal": "M6 12h.1M12 12h.1M18 12h.1",
    "dots-vertical": "M12 6v.1M12 12v.1M12 18v.1",
    "empty-circle": _CIRCLE,
    "external-link": "M13 4h7v7M20 4l-9 9M18 14v6H4V6h6",
    "globe": f"{_CIRCLE}M3 12h18M12 3c-5 5-5 13 0 18 5-5 5-13 0-18",
    "keys": "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 12l8-8M16 7l3 3",
    "lab": "M9 3h6M10 3v6L4 20h16L14 9V3M7 15h10",
    "images": "M7 3h14v14H7zM17 21H3V7M7 14l4-4 3 3 2-2 5 5",
    "info": f"{_CIRCLE}M12 11v6M12 7.5h.1",
    "lifesaver": f"{_CIRCLE}M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M5.6 5.6l3.5 3.5M14.9 14.9l3.5 "
    "3.5M18.4 5.6l-3.5 3.5M9.1 14.9l-3.5 3.5",
    "lightbulb": "M9 18h6M10 21h4M8.5 15a6 6 0 1 1 7 0z",
    "mail": "M3 5h18v14H3zM3 6l9 7 9-7",
    "map-pin": _PIN,
    "maps": "M3 6l6-3 6 3 6-3v15l-6 3-6-3-6 3zM9 3v15M15 6v15",
    "mobile": "M7 2h10v20H7zM11 18.5h2",
    "name": "M3 5h18v14H3zM7 15c0-3 5-3 5 0M9.5 11h.1M15 10h3M15 14h3",
    "notebook": _NOTE,
    "notebook-pencil": "M19 11V3H6v18h5M3 7h4M3 12h4M3 17h4M14 21l.5-2.5L20 13l2 2-5.5 5.5z",
    "page-blank": _PAGE,
    "phone": "M5 3h4l2 5-3 2c1 3 3 5 6 6l2-3 5 2v4c0 1-1 2-2 2C11 21 3 13 3 5c0-1 1-2 2-2",
    "play": "M7 4l13 8-13 8z",
    "plus": "M12 5v14M5 12h14",
    "profile": _PERSON,
    "profile-card": "M3 5h18v14H3zM6 16c0-3 6-3 6 0M9 11.5a1.5 1.5 0 1 0 0-3M15 10h3M15 14h3",
    "reload": "M20 11a8 8 0 1 0-2 6M20 4v7h-7",
    "star": _STAR,
    "star-filled": _STAR,
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5",
    "sparkle": _SPARKLE,
    "sparkle-double": "M10 6l1.7 5.3L17 13l-5.3 1.7L10 20l-1.7-5.3L3 13l5.3-1.7zM18 2l1 3 "
    "3 1-3 1-1 3-1-3-3-1 3-1z",
    "square-code": f"{_SQUARE}M10 9l-3 3 3 3M14 9l3 3-3 3",
    "square-image": f"{_SQUARE}M4 16l5-5 4 4 3-3 4 4M15 8.5h.1",
    "square-text": f"{_SQUARE}M8 9h8M8 13h8M8 17h4",
    "suitcase": "M3 8h18v12H3zM9 8V4h6v4M3 13h18",
    "settings-slider": "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
    "user": _PERSON,
    "wreath": "M12 21c-5 0-8-4-8-9 0-3 1-6 3-8M12 21c5 0 8-4 8-9 0-3-1-6-3-8M4 12c2 0 4 1 4 3M20 "
    "12c-2 0-4 1-4 3",
    "write": _PEN,
    "write-alt": f"{_PEN}M13 20h7",
    "write-alt2": "M12 4H4v16h16v-8M9 15l.5-3L18 3.5l2.5 2.5L12 14.5z",
}


def path_of(name: str) -> str:
    """The outline of an icon; empty for a name that we do not draw."""
    return _PATHS.get(name.removeprefix("lucide:").removeprefix("vendor:"), "")
