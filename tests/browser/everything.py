"""One page that shows everything that a visitor may see of the chat, in every state at once."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.chat import PATIENCE_MS, open_chat
from tests.browser.test_widgets import ALL, PENDING
from widget.paths import STATIC
from widget.render.markdown import render
from widget.render.widgets.door import with_door
from widget.render.widgets.form import form_html
from widget.web.texts import Texts

# What a page brings along, and what belongs to other pages; the rest comes when it is wanted.
INLINE = ("palette", "roles", "frame", "thread", "parts", "prose")
ELSEWHERE = ("error", "notice", "saved")
LATE = sorted(
    path.name for path in (STATIC / "css").iterdir() if path.stem not in (*INLINE, *ELSEWHERE)
)
PROSE = """# A heading

Words, `code`, *stress*, a [link](https://shop.example/help) and $a^2$.[^1]

- [x] done
- not yet
  1. first

> A quotation with a [link](https://shop.example) and `code`.

| Lamp | Price |
|---|---:|
| Dusk | `49` |

```python
# a comment
@cached
def find(name: str, most: float = 2.5, base: int = 0x1F) -> bool:
    \"\"\"Says whether.\"\"\"
    return name in {f"{most}", 'b'} and not None
```

```html
<a href="#top">Top</a>
```

$$\\sum_i x_i$$

> [!NOTE]
> A [note](https://shop.example) with `code`.

> [!TIP]
> A tip.

> [!IMPORTANT]
> This.

> [!WARNING]
> That.

> [!CAUTION]
> The other.

***

[^1]: A note at the foot.
"""

FILL = """([prose, widgets, form]) => {
  const WIDGETS = "border border-t border-b border-s border-e bg-success bg-warning bg-info " +
    "bg-discovery c-warning c-discovery framed s-2 s-5 s-info";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const copy = (name) => document.importNode(byId(`t-${name}`).content, true);
  const add = (to, made, change = () => {}) => {
    const node = made.firstElementChild;
    change(node, (name) => made.querySelector(`[data-slot=${name}]`));
    to.append(made);
    return node;
  };
  const say = (text) => (node) => (node.textContent = text);
  const messages = byId("messages");
  const show = (...nodes) => nodes.forEach((node) => (node.hidden = false));

  const ask = (change) => add(messages, copy("question"), (node, slot) => {
    slot("text").textContent = "Where is my order?";
    slot("quoted").textContent = "What was said before";
    show(slot("quoted"));
    const files = document.createElement("div");
    files.className = "attachments";
    slot("text").before(files);
    for (const state of ["", "is-picture"]) add(files, copy("attachment"), (file, part) => {
      file.className = `attachment ${state}`;
      file.href = "#file";
      part("name").textContent = "lamp.png";
      part("size").textContent = "48 KB";
    });
    change(node);
  });
  const answer = (state, fill = () => {}) => add(messages, copy("answer"), (node, slot) => {
    slot("tail").dataset.state = state;
    slot("ending").textContent = "It did not work.";
    slot("retry").hidden = false;
    slot("cite").hidden = false;
    show(slot("sources"));
    add(slot("source-list"), copy("source"), (one, part) => {
      part("link").href = "https://shop.example";
      for (const name of ["link", "host", "quote"]) part(name).textContent = name;
    });
    fill(slot("parts"), node);
  });
  const part = (parts, name, slot, html) => add(parts, copy(name), (node, at) => {
    const body = slot ? at(slot) : node;
    if (html) body.innerHTML = html;
  });

  ask((node) => (node.dataset.state = "sending"));
  ask((node) => node.insertAdjacentHTML("beforeend", "<p class=aside>Not sent</p>"));
  ask((node) => node.toggleAttribute("data-edited", true));
  ask((node) => node.toggleAttribute("data-leaving", true));
  ask((node) => node.insertAdjacentHTML("afterbegin", "<p class=day>Today</p>"));
  answer("done", (parts, node) => {
    part(parts, "text", "", prose);
    part(parts, "reasoning", "html", prose);
    part(parts, "steps", "", "");
    const steps = parts.querySelector("[data-slot=step-list]");
    parts.querySelector("[data-slot=step-count]").textContent = "3";
    parts.querySelector("[data-slot=step-now]").textContent = "Searching";
    for (const state of ["running", "done", "failed"]) add(steps, copy("step"), (one, at) => {
      one.dataset.state = state;
      at("title").textContent = "Searching";
      at("detail").textContent = "in the orders";
    });
    for (const level of ["info", "warning", "danger"]) add(parts, copy("notice"), (one) => {
      one.dataset.level = level;
      one.textContent = "A notice";
    });
    add(parts, copy("file"), (one, at) => {
      at("link").href = "#file";
      at("link").textContent = "A file";
    });
    part(parts, "asked", "", widgets);
    part(parts, "asked", "", form).setAttribute("aria-busy", "true");
    node.querySelector("[data-slot=like]").setAttribute("aria-pressed", "true");
    for (const picked of [false, true]) {
      const panel = add(node, copy("panel"));
      panel.querySelector(".detail").classList.add("is-open");
      for (const box of panel.querySelectorAll("[name=tags]")) box.checked = picked;
    }
  });
  answer("failed");
  answer("stopped");
  answer("running");

  add(byId("suggestions"), copy("ask")).querySelector("button").textContent = "And then?";
  show(byId("alert"), byId("status"), byId("jump"), byId("earlier"), byId("close"), byId("attach"));
  byId("alert").textContent = byId("status").textContent = "There is no network.";
  byId("access-words").textContent = "This conversation is closed.";
  byId("list").dataset.shown = "";
  for (const state of ["waiting", "done", "failed"]) byId("chips").insertAdjacentHTML("beforeend",
    `<li class="chip" data-state="${state}"><svg class="icon"><use href="#i-file"></use></svg>
    <div class="chip-body"><span class="chip-name">lamp.png</span><span class="aside">48 KB</span>
    <progress max="1" value="0.4"></progress></div>
    <button class="icon-button"><svg class="icon"><use href="#i-close"></use></svg></button></li>`);
  show(byId("chips"));
  byId("composer").insertAdjacentHTML("beforebegin",
    `<div class="citation"><q>What was said before</q><button class="icon-button">
    <svg class="icon"><use href="#i-close"></use></svg></button></div>`);
  byId("composer").insertAdjacentHTML("beforebegin", "<p class=editing>The question anew</p>");
  byId("suggestions").insertAdjacentHTML("afterend",
    `<p><button class="pill" aria-disabled="true">In 9 s</button>
    <button class="icon-button is-done">
    <svg class="icon"><use href="#i-done"></use></svg></button></p>
    <div class="w-root"><div class="w-row"><p>One</p><hr class="w-divider"><p>Two</p></div>` +
    [...WIDGETS.split(" ")].map((name) => `<p class="w-${name}">Words</p>`).join("") +
    `<input class="w-field w-soft" value="Words"><input class="w-field w-ghost" value="Words">
    <label class="w-check"><input type="checkbox" disabled><span>Words</span></label></div>`);
  byId("text").value = "A question";
  const speak = byId("attach").cloneNode(true);
  speak.id = "speak";
  speak.setAttribute("aria-pressed", "true");
  byId("text").after(speak);
  document.body.insertAdjacentHTML("beforeend", "<p class=drop-sign>Drop it here</p>");

  const side = add(document.body, copy("conversations"));
  const rows = side.querySelector("[data-group] ul");
  for (const node of side.querySelectorAll("[hidden]")) show(node);
  side.querySelector("[role=status]").textContent = "Nothing was found.";
  const found = side.querySelector(".drawer-search").cloneNode();
  found.value = "lamp";
  side.querySelector(".drawer-search").after(found);
  for (const isOpen of [false, true]) add(rows, copy("row"), (node) => {
    node.querySelector(".row-words").textContent = "About a lamp";
    node.toggleAttribute("data-open", isOpen);
    node.querySelector(".row-excerpt").innerHTML = "About a <mark>lamp</mark>";
    const news = node.querySelector(".row-news");
    news.dataset.news = isOpen ? "running" : "unread";
    show(news);
  });
  add(add(rows, copy("row"), (node) => node.classList.add("row-editing")), copy("row-name"))
    .querySelector("input").value = "About a lamp";

  for (const node of document.querySelectorAll("details")) node.open = true;
  for (const node of document.querySelectorAll("form")) if (!node.action) node.action = "/nowhere";
  Object.assign(root.dataset, {
    side: "open", conversations: "on", uploads: "on", audio: "on", quote: "on", feedback: "on",
    expand: "on", layout: "pc", drop: "", steps: "on", reasoning: "on", sources: "on", retry: "on",
  });
  for (const state of ["running", "follow-up"]) root.toggleAttribute(`data-${state}`, true);

  // The same once more, pointed at, with the focus everywhere, and where nothing can be written.
  const whole = [...document.body.children].filter((node) => !node.matches("template, script"));
  const again = (name, value, nodes) => {
    const box = document.createElement("div");
    box.dataset[name] = value;
    box.append(...nodes.map((node) => node.cloneNode(true)));
    document.body.append(box);
    return box;
  };
  again("hovered", "", whole);
  again("focused", "", whole);
  const locked = again("access", "locked", [document.querySelector(".dock")]);
  locked.querySelector("#text").readOnly = true;
}"""


def show_everything(page: Page, address: str) -> None:
    """Fills the chat page of a site. The page is to be one that lets scripts write markup."""
    chat = open_chat(page, address)
    chat.ask_and_wait("Show me code")
    page.locator("#more").click()
    expect(page.locator(".menu button").first).to_be_visible(timeout=PATIENCE_MS)
    for name in LATE:
        page.add_style_tag(content=(STATIC / "css" / name).read_text(encoding="utf-8"))
    texts = Texts()
    asked = [
        with_door(html, action="/nowhere", token="", say=lambda key: texts.say("en", key))
        for html in (ALL, form_html(PENDING))
    ]
    page.evaluate(FILL, [render(PROSE), *asked])
