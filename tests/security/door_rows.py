"""The doors of the URL map by the credential that opens them. A new door adds a row here."""

from __future__ import annotations

from tests.security.doorbells import Door

KEFU = {
    "chat": (("message", "plain"), ("conversation_id", "conv_{named}")),
    "getHistory": (("conversation_id", "conv_{named}"),),
    "createConversation": (),
}
USER = "X-Chatdock-User"

SERVER_KEY = {
    "/api/v1/sites/<site>/embed-tokens": Door(
        "/api/v1/sites/{site}/embed-tokens", "Authorization", fields=(("user", "ada"),)
    ),
}
CLIENT_SECRETS = {
    "/api/v1/sites/<site>/client-secrets": Door("/api/v1/sites/{site}/client-secrets", USER),
    "/sites/<site>/api/create-session": Door("/sites/{site}/api/create-session", USER),
    "/sites/<site>/api/chatkit/session": Door("/sites/{site}/api/chatkit/session", USER),
    "/api/create-session": Door("/api/create-session", USER, finds_site=True),
    "/api/chatkit/session": Door("/api/chatkit/session", USER, finds_site=True),
}
MINI_PROGRAMS = {
    **{
        f"/sites/<site>/api/kefu/{call}": Door(
            f"/sites/{{site}}/api/kefu/{call}", "Authorization", fields=fields
        )
        for call, fields in KEFU.items()
    },
    **{
        f"/api/kefu/{call}": Door(f"/api/kefu/{call}", USER, fields=fields, finds_site=True)
        for call, fields in KEFU.items()
    },
    "/sites/<site>/api/kefu/<path:spelling>": Door(
        "/sites/{site}/api/kefu/CreateConversation/", USER
    ),
    "/api/kefu/<path:spelling>": Door("/api/kefu/createconversation", USER, finds_site=True),
}
FORMS = {
    rule: Door(f"{path}?page=chat&lang=en", "form", fields=fields)
    for rule, path, fields in (
        ("/frame/<site>/messages", "/frame/{site}/messages", (("text", ""),)),
        ("/frame/<site>/conversations", "/frame/{site}/conversations", ()),
        ("/frame/<site>/conversations/list", "/frame/{site}/conversations/list", ()),
        (
            "/frame/<site>/conversations/<conversation>/open",
            "/frame/{site}/conversations/{named}/open",
            (),
        ),
        (
            "/frame/<site>/conversations/<conversation>/delete",
            "/frame/{site}/conversations/{named}/delete",
            (),
        ),
        (
            "/frame/<site>/messages/<message>/retry",
            "/frame/{site}/messages/{named}/retry",
            (),
        ),
        (
            "/frame/<site>/messages/<message>/edit",
            "/frame/{site}/messages/{named}/edit",
            (),
        ),
        (
            "/frame/<site>/messages/<message>/feedback",
            "/frame/{site}/messages/{named}/feedback",
            (("verdict", "like"),),
        ),
        (
            "/frame/<site>/messages/<message>/parts/<int:part>/answer",
            "/frame/{site}/messages/{named}/parts/0/answer",
            (("action", "cancel"),),
        ),
        ("/frame/<site>/runs/<run>/stop", "/frame/{site}/runs/{named}/stop", ()),
        ("/frame/<site>/runs/<run>/follow", "/frame/{site}/runs/{named}/follow", ()),
    )
}
SAVED = {
    "/frame/<site>/conversations/<conversation>/save": Door(
        "/frame/{site}/conversations/{named}/save", "form"
    )
}
UPLOADS = {
    "/frame/<site>/uploads": Door("/frame/{site}/uploads", "Authorization"),
    "/frame/<site>/uploads/<attachment>": Door(
        "/frame/{site}/uploads/{named}", "Authorization", "DELETE"
    ),
    "/frame/<site>/uploads/<attachment>/link": Door(
        "/frame/{site}/uploads/{named}/link", "Authorization"
    ),
}
LINES = {
    "/frame/<site>/poll": Door("/frame/{site}/poll", "json", fields=(("type", "hello"),)),
    "/frame/<site>/commands": Door(
        "/frame/{site}/commands", "json", fields=(("commands", ({"type": "ping"},)),)
    ),
    "/frame/<site>/events": Door(
        "/frame/{site}/events", "json", fields=(("type", "hello"),), is_endless=True
    ),
}
RENEWAL = {"/frame/<site>/token": Door("/frame/{site}/token", "json")}
CODES = {"/chat/<site>": Door("/chat/{site}?code={credential}", "query", "GET")}
FILES = {"/files/<signed>": Door("/files/{credential}", "path", "GET")}
SOCKET = "/frame/<site>/socket"
# They know nobody, and give everybody the same.
OPEN = {
    *("/", "/<name>.txt", "/assets/<build>/<path:path>", "/embed/<site>.js"),
    *("/compat/dify/<site>/embed.min.js", "/compat/dify/<site>/embed.js"),
    *("/embed/panel/<version>.js", "/embed/pieces/<version>.js", "/frame/<site>"),
    *("/compat/coze/<site>.js", "/compat/coze/<site>/bots/<bot>.js"),
    *(
        "/frame/<site>/icon",
        "/frame/<site>/look",
        "/healthz",
        "/metrics",
        "/openapi.json",
        "/readyz",
    ),
    *("/schema/options.json", "/frame/<site>/texts/<lang>/<group>.json"),
}
GUARDED = (
    *(SERVER_KEY, CLIENT_SECRETS, MINI_PROGRAMS, FORMS, SAVED, UPLOADS, LINES, RENEWAL, CODES),
    FILES,
)
