"""Files of the composer's form, where no script uploads them one by one.

What was good of them stays in the form as an attachment that waits to be sent, so that nothing has
to be chosen again because something else was refused.
"""

from __future__ import annotations

import re

from flask import g, request

from widget.domain.errors import FileRefused, RateLimited
from widget.domain.sites import Caller, Site
from widget.domain.uploads import clean_name
from widget.runs import uploads
from widget.runs.doors import posted
from widget.runs.uploads import MOST_FILES, Stored
from widget.web import multipart
from widget.web.admit import client_address
from widget.web.errors import trouble_of
from widget.web.services import services
from widget.web.texts import request_lang

FIELD = "attachment"
ID = re.compile(r"att_[\w-]{1,60}", re.ASCII)


def admit(site: Site) -> None:
    """Lets this request bring files, and takes them in. Before any of them is read, its sender's
    address counts; who else it is stands in the form."""
    if request.mimetype == "multipart/form-data":
        limits, address = services().limits, client_address(request)
        limits.knock(site, address)
        multipart.take_files(site)
        with limits.receiving(site, address):
            request.form.get(FIELD)  # reads the body


def keep_all(caller: Caller) -> str:
    """Keeps every file that may be kept; of the others it says, line by line, why not."""
    refusals = []
    g.just_kept = []
    for file in multipart.received_files():
        try:
            g.just_kept.append(multipart.keep(caller, file).id)
        except (FileRefused, RateLimited) as error:
            refusals.append(_named(file.filename or "", error))
    return "\n".join(dict.fromkeys(refusals))


def keep_fields(caller: Caller) -> dict[str, tuple[str, ...]]:
    """Keeps what was chosen in the fields of an agent's form; ids of attachments by field."""
    names = dict.fromkeys(request.files)
    kept_ids = {
        name: tuple(multipart.keep(caller, file).id for file in multipart.received_files(name))
        for name in names
    }
    return posted((name, one) for name, some in kept_ids.items() for one in some)


def _named(name: str, error: FileRefused | RateLimited) -> str:
    texts, lang = services().texts, request_lang()
    words = trouble_of(error).words(texts, lang)
    return texts.say(lang, "error.file.named", name=clean_name(name, ""), words=words)


def ids() -> tuple[str, ...]:
    """What is to go with the message: what was kept before and still ticked, and what came now."""
    given = [one for one in request.form.getlist(FIELD) if ID.fullmatch(one)][: 2 * MOST_FILES]
    return (*given, *g.get("just_kept", ()))


def kept(caller: Caller) -> tuple[Stored, ...]:
    """Those of them that still wait: the form goes out with them again."""
    wanted = ids()
    return tuple(uploads.unsent(services().engine, caller, wanted)) if wanted else ()
