"""The browser of ``tests/browser``, for platforms that are somebody else's work."""

from __future__ import annotations

from tests.browser.conftest import browser, chromium, new_page, page

__all__ = ["browser", "chromium", "new_page", "page"]
