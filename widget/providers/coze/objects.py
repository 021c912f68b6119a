"""An answer of several kinds at once: text, pictures and files in one ``object_string``."""

from __future__ import annotations

from typing import Any

from widget.domain.events import FileReady, ImageReady
from widget.providers.coze.parsing import objects, parse

Thing = ImageReady | FileReady


def read_objects(message: str, content: str) -> tuple[str, list[Thing]]:
    """The text of it, and what can be shown beside: a file id alone opens nothing anywhere."""
    listed = objects(parse(content))
    texts = [item["text"] for item in listed if isinstance(item.get("text"), str)]
    things = (_thing(f"{message}:{n}", item) for n, item in enumerate(listed))
    return "\n\n".join(texts), [thing for thing in things if thing]


def _thing(id_: str, item: dict[str, Any]) -> Thing | None:
    url = item.get("file_url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return None
    name = item.get("name") or item.get("file_name")
    if item.get("type") == "image":
        return ImageReady(id_, url, name if isinstance(name, str) else "")
    size = item.get("size")
    return FileReady(
        id_,
        url,
        name if isinstance(name, str) and name else _name_in(url),
        size if isinstance(size, int) else None,
    )


def _name_in(url: str) -> str:
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]
