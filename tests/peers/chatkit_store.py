"""The memory of ``chatkit_server.py``, which is all the store that it has."""

# mypy: disable-error-code="import-not-found, misc, no-any-return"

from __future__ import annotations

from collections import defaultdict
from typing import Any

from chatkit import types as t
from chatkit.store import NotFoundError, Store


class Memory(Store[dict]):
    def __init__(self) -> None:
        self.threads: dict[str, Any] = {}
        self.items: dict[str, dict[str, Any]] = defaultdict(dict)
        self.files: dict[str, Any] = {}

    async def load_thread(self, thread_id: str, context: Any) -> Any:
        return _copy_of(self.threads, thread_id)

    async def save_thread(self, thread: Any, context: Any) -> None:
        self.threads[thread.id] = thread.model_copy(deep=True)

    async def load_threads(self, limit: int, after: str | None, order: str, context: Any) -> Any:
        return _page(self.threads, after, limit, order)

    async def delete_thread(self, thread_id: str, context: Any) -> None:
        self.threads.pop(thread_id, None)
        self.items.pop(thread_id, None)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Any:
        return _page(self.items[thread_id], after, limit, order)

    async def add_thread_item(self, thread_id: str, item: Any, context: Any) -> None:
        self.items[thread_id][item.id] = item

    save_item = add_thread_item

    async def load_item(self, thread_id: str, item_id: str, context: Any) -> Any:
        return _copy_of(self.items[thread_id], item_id)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: Any) -> None:
        self.items[thread_id].pop(item_id, None)

    async def save_attachment(self, attachment: Any, context: Any) -> None:
        self.files[attachment.id] = attachment

    async def load_attachment(self, attachment_id: str, context: Any) -> Any:
        return _copy_of(self.files, attachment_id)

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        self.files.pop(attachment_id, None)


def _page(table: dict[str, Any], after: str | None, limit: int, order: str) -> Any:
    rows = sorted(table.values(), key=lambda row: row.created_at, reverse=order == "desc")
    ids = [row.id for row in rows]
    rows = rows[ids.index(after) + 1 :] if after in ids else rows
    more = len(rows) > limit
    return t.Page(data=rows[:limit], has_more=more, after=rows[limit - 1].id if more else None)


def _copy_of(table: dict[str, Any], key: str) -> Any:
    if key not in table:
        raise NotFoundError(key)
    return table[key].model_copy(deep=True)
