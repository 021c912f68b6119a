"""How the tests start Debian's Chromium: as a visitor has it, without what only its user would see.

``PATH`` is its build without windows, where that is installed: it shows pages as the other one
does, and takes two thirds of the time, since each visitor of a test would be a window of its own.
``CHROMIUM=/usr/bin/chromium scripts/test browser`` has all tests in the one with windows.
"""

from __future__ import annotations

import os
from pathlib import Path

WINDOWED = "/usr/bin/chromium"
WINDOWLESS = "/usr/bin/chromium-headless-shell"
PATH = os.environ.get("CHROMIUM") or (WINDOWLESS if Path(WINDOWLESS).exists() else WINDOWED)
# Playwright's own list: of two flags Chromium takes the last.
UNWANTED_BY_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
# Pages of the browser's own window, two with a process of their own: without them a short test took
# half the time. The process that it keeps ready for the next site stays: frames
# that wait for theirs miss the focus more often.
UNSEEN = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "PreloadTopChromeWebUI",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join((*UNWANTED_BY_PLAYWRIGHT, *UNSEEN))}",
)
