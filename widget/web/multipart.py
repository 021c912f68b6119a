"""Forms with files: what arrives goes to the disk piece by piece, and never as a whole to memory.

Only doors that take files open this way, by ``take_files`` before they read their form. A file that
somebody sends elsewhere is read off and forgotten.
"""

from __future__ import annotations

from typing import IO, Any, cast

from flask import Request, request
from werkzeug.datastructures import FileStorage

from widget.domain.errors import FileRefused
from widget.domain.sites import Caller, Site
from widget.runs import uploads
from widget.runs.uploads import MOST_FILES, Incoming, Stored
from widget.web.services import services

FIELD = "file"
# Boundaries, headers and the text beside the files.
SLACK = 524_288
LARGEST_FORM = 1_000_000_000
# Each costs the disk a few writes, however small it is.
MOST_RECEIVED = 2 * MOST_FILES


class Nowhere:
    """Where a file goes that nobody takes. ``reason`` says why, when there is more to say."""

    def __init__(self, reason: FileRefused | None = None) -> None:
        self.reason = reason

    def write(self, data: bytes) -> int:
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def close(self) -> None:
        pass


class ChatRequest(Request):
    """A request whose files go where the door that takes it says; whatever of them was not kept in
    the end is gone with the request."""

    files_of: Site | None = None

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._received: list[Incoming] = []

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast("IO[bytes]", self._open(filename))

    def close(self) -> None:
        for incoming in self._received:
            incoming.drop()

    def _open(self, filename: str | None) -> Incoming | Nowhere:
        if self.files_of is None or not filename:
            return Nowhere()
        if len(self._received) >= MOST_RECEIVED:
            return Nowhere(FileRefused("count", "too many files", limit=MOST_FILES))
        try:
            incoming = uploads.receive(services().engine, self.files_of)
        except FileRefused as error:
            return Nowhere(error)
        self._received.append(incoming)
        return incoming


def take_files(site: Site, *, most: int | None = None) -> None:
    """From here on this request may bring files of the site's size: ``most`` of them, by default
    as many as a message takes. What is above that is still read, and told to its sender with
    everything else that the form holds; twice as much is not."""
    limits = uploads.offered(services().engine, site)
    if limits is None:
        return
    cast("ChatRequest", request).files_of = site
    wanted = limits.max_bytes * (most or 2 * limits.max_count)
    request.max_content_length = min(wanted, LARGEST_FORM) + SLACK


def received_files(field: str = FIELD) -> list[FileStorage]:
    """Those that somebody chose: an untouched field sends one without a name. Of too many, the
    first that is one too many says so for all."""
    files = [file for file in request.files.getlist(field) if file.filename]
    return files[: MOST_RECEIVED + 1]


def keep(caller: Caller, file: FileStorage) -> Stored:
    """The file as an attachment of the caller's that waits to be sent, or ``FileRefused``."""
    stream = cast("Incoming | Nowhere", file.stream)
    if isinstance(stream, Nowhere):
        raise stream.reason or FileRefused("type", "no files are taken here")
    with services().limits.upload(caller) as ticket:
        name, declared = file.filename or "", file.content_type or ""
        stored = uploads.keep(services().engine, caller, stream, name=name, declared=declared)
        ticket.count()
    return stored
