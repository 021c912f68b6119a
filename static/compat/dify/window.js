/* global BASICS addSheet createRules eachProperty make */
/* exported createWindow */

const WINDOW_ID = "dify-chatbot-bubble-window";
const ABOVE = 12;
const OUTER = 16;
const BASE = "display:block;box-sizing:border-box;margin:0;overflow:hidden;";
/** What an owner's rules must not keep from covering a phone's screen. */
const WHOLE =
  "right:auto;bottom:auto;margin:0;min-width:0;min-height:0;max-width:none;max-height:none;" +
  "border-radius:0;transform:none;filter:none;backdrop-filter:none;contain:none";

/**
 * The element that owners give a size and a place by its id, and that their scripts show and hide by
 * `style.display`, which says at all times whether the chat is open. The panel fills it.
 * @param {Widget} widget
 * @param {HTMLElement} button
 */
function createWindow(widget, button) {
  const { box, site } = widget;
  const node = make("div");
  const watcher = new MutationObserver(follow);
  let isShown = false;
  let wasOpen = false;
  let whole = "";

  /** The page's script showed or hid it. */
  function follow() {
    const wants = node.style.display !== "none";
    if (wants === isShown) return;
    isShown = wants;
    // It may not come to it: our server is out of reach, or the page itself says no.
    widget.ask(wants ? "open" : "close").then(show, show);
  }

  /** The chat is open, and here: an element of the page's may have it. */
  function isOpen() {
    return !!widget.isOpen && inside.contains(box);
  }

  function show() {
    isShown = wasOpen = isOpen();
    node.style.display = isShown ? "block" : "none";
    if (isShown) node.style.removeProperty("visibility");
    else node.style.setProperty("visibility", "hidden", "important"); // an owner's rule may show it
  }

  function draw() {
    if (box.getRootNode() === widget.host.shadowRoot) inside.append(box);
    if (isOpen() !== wasOpen) show();
    if (isShown && !node.isConnected) document.body.append(node); // the page took it away
  }

  /**
   * @param {string} usual  where a panel stands by itself
   * @returns {string} how it fills the element
   */
  function stand(usual) {
    if (widget.layout === "inline") return usual;
    const isPhone = widget.layout === "mobile";
    eachProperty(whole, (name) => node.style.removeProperty(name));
    whole = isPhone ? usual + WHOLE : "";
    eachProperty(whole, (name, value) => node.style.setProperty(name, value, "important"));
    if (!isPhone) rules.say(BASE + usual + besideButton(button, site.ui));
    return "position:relative;width:100%;height:100%;border-radius:inherit;";
  }

  const inside = node.attachShadow({ mode: "open" });
  inside.append(box);
  addSheet(inside, BASICS);
  node.id = WINDOW_ID;
  const rules = createRules(node);
  show();
  watcher.observe(node, { attributes: true, attributeFilter: ["style"] });

  return {
    node,
    draw,
    stand,
    stop() {
      watcher.disconnect();
      rules.stop();
    },
  };
}

/**
 * On the side of the button where there is room; where the owner hides the button, in its corner.
 * @param {HTMLElement} button
 * @param {Ui} ui
 */
function besideButton(button, { asstBtn }) {
  const { innerHeight, innerWidth } = window;
  const { bottom, height, left, right, top } = button.getBoundingClientRect();
  const { offsetX, offsetY, position } = asstBtn;
  const isRight = height ? left + right > innerWidth : !/left$/.test(position);
  const isUnder = height ? top + bottom < innerHeight : /^top/.test(position);
  const aside = height ? Math.round(Math.max(0, isRight ? innerWidth - right : left)) : offsetX;
  const away = height ? Math.round(Math.max(0, isUnder ? bottom : innerHeight - top)) + ABOVE : offsetY;
  const [side, other] = isRight ? ["right", "left"] : ["left", "right"];
  const [edge, opposite] = isUnder ? ["top", "bottom"] : ["bottom", "top"];
  return `${side}:${aside}px;${other}:auto;${edge}:${away}px;${opposite}:auto;
max-width:calc(100vw - ${aside + OUTER}px);max-height:calc(100vh - ${away + OUTER}px)`;
}
