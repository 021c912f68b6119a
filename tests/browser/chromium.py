"""How the tests start Debian's Chromium: as a visitor has it, without what only its user would see.

Each visitor of a test is a window of its own. Half of the work for a short test was the pop-up of
that window's address bar: two pages with a process of their own.
"""

from __future__ import annotations

PATH = "/usr/bin/chromium"
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
# Pages of the browser's own window. The process that it keeps ready for the next site stays: frames
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
