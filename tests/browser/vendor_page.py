"""A host page with a vendor's own chat on it, written after the vendors' guides.

The elements themselves come from the vendors' hosts, so a stand-in does what is known of them: it
asks ``getClientSecret(null)`` at the start, uses what it is given, and asks again with the current
secret before that ends or when the platform refuses it.
"""

from __future__ import annotations

import json

STAND_IN = """
class StandIn extends HTMLElement {
  constructor() {
    super();
    this.given = [];
    this.errors = [];
  }
  setOptions(options) {
    this.options = options;
    this.started = this.ask(null);
  }
  async ask(current) {
    try {
      const given = await this.options.api.getClientSecret(current);
      this.given.push(typeof given === "string" ? given : given.secret);
    } catch (error) {
      this.errors.push(error.message);
    }
  }
  current() {
    return this.given[this.given.length - 1] || null;
  }
  beforeItEnds() {
    return this.ask(this.current());
  }
  // One call to the platform, as XpertAI's frame makes it: repeated once after a 401.
  async call(path, mayRepeat = true) {
    const answer = await fetch(this.options.api.apiUrl + path, {
      method: "POST",
      headers: {Authorization: "Bearer " + this.current(), "Content-Type": "application/json"},
      body: JSON.stringify({limit: 1, offset: 0, metadata: {}}),
    });
    if (answer.status !== 401 || !mayRepeat) return answer.status;
    await this.beforeItEnds();
    return this.call(path, false);
  }
}
customElements.define("NAME", StandIn);
"""

# As XpertAI's quick start has it: JSON, credentials, the error a string.
XPERTAI = """
const element = document.querySelector("xpertai-chatkit");
element.setOptions({
  frameUrl: "about:blank",
  api: {
    apiUrl: location.origin + "/platform",
    xpertId: GIVEN.assistant,
    getClientSecret: async () => {
      const answer = await fetch(GIVEN.server + GIVEN.path, {
        method: "POST",
        headers: {"Content-Type": "application/json", ...GIVEN.headers},
        credentials: "include",
        body: JSON.stringify({xpertId: GIVEN.assistant}),
      });
      if (!answer.ok) {
        const said = await answer.json().catch(() => ({}));
        throw new Error(said.error || "HTTP " + answer.status);
      }
      const session = await answer.json();
      if (!session.client_secret) throw new Error("no client_secret in the answer");
      return session.organizationId
        ? {secret: session.client_secret, organizationId: session.organizationId}
        : session.client_secret;
    },
  },
});
"""

# As OpenAI's ChatKit guides have it: the current secret rides along when there is one.
CHATKIT = """
const element = document.querySelector("openai-chatkit");
element.setOptions({
  api: {
    async getClientSecret(existing) {
      const answer = await fetch(GIVEN.server + GIVEN.path, {
        method: "POST",
        headers: {"Content-Type": "application/json", ...GIVEN.headers},
        credentials: "include",
        body: existing ? JSON.stringify({currentClientSecret: existing}) : undefined,
      });
      const session = await answer.json();
      if (!answer.ok) throw new Error(session.error.code + ": " + session.error.message);
      return session.client_secret;
    },
  },
});
"""
PAGES = {"xpertai-chatkit": XPERTAI, "openai-chatkit": CHATKIT}


def vendor_page(element: str, **given: object) -> str:
    """The HTML; ``given``: server, path, headers, and for XpertAI the assistant."""
    values = json.dumps({"headers": {}, **given})
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Lamps</title>'
        f'<link rel="icon" href="data:,"><{element}></{element}>'
        f"<script>{STAND_IN.replace('NAME', element)}</script>"
        f'<script type="module">const GIVEN = {values};{PAGES[element]}</script></html>'
    )
