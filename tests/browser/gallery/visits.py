"""Every visit of the gallery, in the order of its pages."""

from __future__ import annotations

from tests.browser.gallery.acting import ACTING
from tests.browser.gallery.files import FILES_SENT
from tests.browser.gallery.launcher import CALLING, COMING, LAUNCHER
from tests.browser.gallery.pages import (
    FULL,
    INLINE,
    LARGE,
    LIST,
    OF_COZE,
    OF_DIFY,
    PLAIN,
)
from tests.browser.gallery.talking import ANSWERS, ASKING, BEGINNING, RATING
from tests.browser.gallery.trouble import FAILURES, LIMITED, PAUSED, REFUSED

VISITS = (
    LAUNCHER,
    CALLING,
    COMING,
    BEGINNING,
    ANSWERS,
    ASKING,
    RATING,
    ACTING,
    FILES_SENT,
    LIST,
    FAILURES,
    LIMITED,
    REFUSED,
    PAUSED,
    PLAIN,
    FULL,
    INLINE,
    LARGE,
    OF_COZE,
    OF_DIFY,
)
STATES = tuple(state.name for visit in VISITS for state in visit.states)
