"""What a frame does with files, by hand."""

from __future__ import annotations

import http.client
import secrets
from typing import Any

from tests.serving import PATIENCE_S, Answer, Server

File = tuple[str, bytes, str]


def multipart(fields: dict[str, str | list[str]], *files: File) -> tuple[bytes, str]:
    """A form with these fields and files, and its content type."""
    boundary = secrets.token_hex(8)
    parts = []
    for name, value in fields.items():
        for one in [value] if isinstance(value, str) else value:
            head = f'Content-Disposition: form-data; name="{name}"\r\n\r\n'
            parts.append(head.encode() + one.encode())
    for name, data, declared in files:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        head = f'Content-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
        parts.append(f"{head}Content-Type: {declared}\r\n\r\n".encode() + data)
    body = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def upload(
    server: Server,
    token: str,
    data: bytes = b"hello",
    name: str = "a.txt",
    declared: str = "",
    *,
    site: str = "acme",
) -> Answer:
    body, kind = multipart({}, (name, data, declared or "application/octet-stream"))
    return ask(server, "POST", f"/frame/{site}/uploads?lang=en", token, body, kind)


def ask(
    server: Server,
    method: str,
    path: str,
    token: str,
    body: bytes | None = None,
    kind: str = "",
    more: dict[str, str] | None = None,
) -> Answer:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", **(more or {})}
    if kind:
        headers["Content-Type"] = kind
    return server.ask(method, path, body, headers)


def link(server: Server, token: str, attachment: str) -> Answer:
    return ask(server, "POST", f"/frame/acme/uploads/{attachment}/link", token, b"")


def post_form(
    server: Server, fields: dict[str, str | list[str]], *files: File, path: str = "messages"
) -> Answer:
    """The composer's own button in a browser without scripts."""
    body, kind = multipart(fields, *files)
    headers = {"Content-Type": kind, "Accept-Language": "en", "Accept": "text/html"}
    return server.ask("POST", f"/frame/acme/{path}?page=chat", body, headers)


def error(answer: Answer) -> tuple[int, str, str]:
    told: dict[str, Any] = answer.json["error"]
    return answer.status, told["code"], told["message"]


def begin(
    server: Server, path: str, token: str, length: int, kind: str
) -> http.client.HTTPConnection:
    """A request whose body is announced and not sent yet."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    connection.putrequest("POST", path)
    connection.putheader("Authorization", f"Bearer {token}")
    connection.putheader("Content-Type", kind)
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    return connection
