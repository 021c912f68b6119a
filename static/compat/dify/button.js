/* global BASICS BUTTON CENTRED CHAT addSheet createRules label make makeIcon */
/* exported createButton */

const BUTTON_ID = "dify-chatbot-bubble-button";
const DIFY_CLOSE = "M6 4.5l6 6 6-6L19.5 6l-6 6 6 6-1.5 1.5-6-6-6 6L4.5 18l6-6-6-6z";

/**
 * The element that owners style, click, move and hide by its id, in the page's own tree. The launcher
 * stands in its shadow and draws nothing but the focus; the icons stand in the page's tree again, for
 * the rules that owners have for them.
 * @param {Widget} widget
 * @param {Record<string, any>} properties of the page's `containerProps`
 */
function createButton(widget, properties) {
  const { launcher, site } = widget;
  const open = difyIcon("openIcon", CHAT);
  const close = difyIcon("closeIcon", DIFY_CLOSE);
  const icons = make("div", {}, open, close);
  const node = make("div");
  const looks = (widget.looks = make("div"));
  const slot = make("slot");

  /** One click, wherever it comes from: a script's on the element does not pass the launcher. @param {Event} event */
  function press(event) {
    if (!event.composedPath().includes(launcher)) widget.ask("toggle");
  }

  function draw() {
    const { asstBtn, base, theme } = site.ui;
    const { style } = launcher;
    const said = widget.said || asstBtn.text;
    const isHidden = !asstBtn.isNeed || !!widget.script.dataset.el;
    rules.say(`display:${isHidden ? "none" : "block"};position:fixed;${sidesOf(site.ui)};box-sizing:border-box;margin:0;
width:${said ? "auto" : variable("width", "48px")};min-width:${variable("width", "48px")};max-width:90%;
height:${variable("height", "48px")};
border-radius:${variable("border-radius", theme.radius === "none" ? "0" : "25px")};background-color:${variable("bg-color", theme.accent)};
box-shadow:${variable("box-shadow", "rgba(0,0,0,.2) 0 4px 8px 0")};color:${theme.ink};cursor:pointer;z-index:${base.zIndex}`);
    const isCovered = widget.isOpen && widget.layout === "mobile";
    if (isCovered) node.style.setProperty("visibility", "hidden", "important");
    else if (node.style.getPropertyPriority("visibility")) node.style.visibility = "";
    looks.style.cssText = style.cssText;
    style.cssText = `${BUTTON}${CENTRED}width:100%;height:100%;padding:0 ${said ? 13 : 0}px;
background:none;color:inherit;border-radius:inherit`;
    open.style.display = widget.isOpen ? "none" : "block";
    close.style.display = widget.isOpen ? "block" : "none";
    launcher.removeAttribute("aria-controls"); // the panel is in another tree
    Promise.resolve().then(weigh);
  }

  /** An icon of the site's own stands in the place of the signs. Its piece may draw after this one. */
  function weigh() {
    const canvas = launcher.querySelector("canvas");
    slot.style.display = canvas && canvas.style.display !== "none" ? "none" : "";
  }

  const inside = node.attachShadow(/** @type {ShadowRootInit} */ ({ mode: "open", clonable: true }));
  icons.style.cssText = "display:flex;align-items:center;justify-content:center;width:100%;height:100%";
  label(/** @type {Element} */ (launcher.querySelector("svg")), { width: 0, height: 0 });
  launcher.prepend(slot);
  inside.append(launcher);
  addSheet(inside, BASICS);
  decorate(node, properties);
  node.id = BUTTON_ID;
  node.append(icons);
  node.addEventListener("click", press);
  const rules = createRules(node);

  return { node, draw, stop: rules.stop };
}

/** @param {string} id @param {string} path */
function difyIcon(id, path) {
  return label(makeIcon(path), { id, width: 24, height: 24, "aria-hidden": true });
}

/** A variable that the owner may set on `:root`, on the element or in `containerProps`. @param {string} name @param {string} usual */
function variable(name, usual) {
  return `var(--${BUTTON_ID}-${name},${usual})`;
}

/** @param {Ui} ui */
function sidesOf({ asstBtn }) {
  const { offsetX, offsetY, position } = asstBtn;
  const [side, edge = "bottom"] = position.split("-").reverse();
  return ["top", "right", "bottom", "left"]
    .map((name) => `${name}:${variable(name, name === edge ? `${offsetY}px` : name === side ? `${offsetX}px` : "auto")}`)
    .join(";");
}

/** @param {HTMLElement} node @param {Record<string, any>} properties */
function decorate(node, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (name === "className") node.className = `${value}`;
    else if (name === "style") drape(node, value);
    else if (typeof value === "function") node.addEventListener(name.replace(/^on/, "").toLowerCase(), value);
    else if (name.includes("-")) node.setAttribute(name, `${value}`);
    else if (!/HTML$/.test(name)) write(node, name, value);
  }
}

/** @param {any} node @param {string} name @param {unknown} value */
function write(node, name, value) {
  try {
    node[name] = value;
  } catch {
    // Not every property can be written.
  }
}

/** @param {HTMLElement} node @param {unknown} style */
function drape({ style: own }, style) {
  if (typeof style === "string") own.cssText = style;
  for (const [name, value] of Object.entries(Object(typeof style === "string" ? {} : style))) {
    if (name.includes("-")) own.setProperty(name, `${value}`);
    else /** @type {any} */ (own)[name] = value;
  }
}
