// One docked site: the launcher, the calls of the page, and the frame once somebody wants it. What a
// visitor who never clicks need not pay for is in panel.js, which comes beside the frame; what few
// sites use is in pieces/.
/* global BASICS BUTTON CENTRED CHAT NARROW PIECES addSheet chosen fromTag label make makeIcon overlay pack remember */
/* exported createWidget */

// What the pieces are for, where the page asks for it: then all of them come.
const PIECED = /"(accent|drag|el|icon|openAfter|teaser)|"top-/;

/**
 * @param {LoaderSite} site  its options are changed by the page's: one for each widget
 * @param {{src: string, dataset: DOMStringMap}} script  the tag, or what stands for it
 * @param {string} name  tells apart what this tab remembers of each widget
 * @param {() => void} leave  the page is done with it
 * @returns {(name: string, ...args: any[]) => any} the page's calls
 */
function createWidget(site, script, name, leave) {
  const { key, ui, words } = site;
  const { dataset, src } = script;
  const options = { ui };
  const icon = makeIcon(CHAT);
  const text = make("span");
  const launcher = make("button", { "aria-haspopup": "dialog" }, icon, text);
  const box = make("section");
  const host = make("div");
  const watcher = new MutationObserver(place);
  /** @type {Record<string, any>} */
  const handlers = {};
  /** @type {any} */
  const pieces = {};
  /** What the page said of visitor and page last, by call. @type {Record<string, unknown[]>} */
  const told = /** @type {any} */ ({ __proto__: null });
  /** @type {any} */
  const widget = { site, script, name, host, launcher, box, pieces, told, overrides: {}, draw, emit, handlers, load, bring, ask };
  /** @type {Promise<void> | null} */
  let arriving = null;
  let isWhole = false;
  let tries = 0;

  /** @type {Record<string, any>} */
  const commands = {
    __proto__: null,
    set,
    /**
     * @param {string} event
     * @param {Function} handler
     */
    on(event, handler) {
      off(event, handler);
      handlers[event].push(handler);
      if (event === "ready") setTimeout(handler);
    },
    off,
    destroy() {
      each("stop");
      removeEventListener("message", hear);
      watcher.disconnect();
      host.remove();
      leave();
    },
  };

  /** @param {Tree} [changes] */
  function set(changes) {
    overlay(widget.overrides, changes);
    overlay(options, changes);
    widget.el = Object(Object(Object(changes).ui).chatBot).el || widget.el;
    if (!isWhole && (widget.el || PIECED.test(JSON.stringify([widget.overrides, dataset])))) {
      isWhole = true;
      bring("pieces").then(({ add }) => add(widget));
    }
    draw();
  }

  /**
   * @param {string} event
   * @param {Function} [handler] without it all of them leave
   */
  function off(event, handler) {
    handlers[event] = (handlers[event] || []).filter((/** @type {Function} */ one) => handler && one !== handler);
  }

  /**
   * Each handler on its own: a host page's mistake stops neither us nor the next one.
   * @param {string} event
   * @param {unknown} [detail]
   */
  function emit(event, detail) {
    for (const handler of handlers[event] || []) setTimeout(handler, 0, detail);
    return detail;
  }

  /** @param {"draw" | "stop"} step */
  function each(step) {
    for (const one in pieces) (pieces[one][step] || Object)();
  }

  function draw() {
    const { asstBtn, base, theme } = ui;
    const said = widget.said || asstBtn.text;
    widget.langs = [base.lang, document.documentElement.lang, navigator.languages];
    widget.layout = base.layout === "auto" ? (matchMedia(NARROW).matches ? "mobile" : "pc") : base.layout;
    widget.lang = host.lang = chosen(widget.langs, site.langs);
    text.textContent = said;
    text.style.margin = said && "0 8px";
    label(launcher, { "aria-label": said || words[widget.lang][0], "aria-expanded": !!widget.isOpen });
    launcher.style.cssText = `${BUTTON}${CENTRED}${asstBtn.isNeed && !dataset.el ? "" : "display:none;"}
position:fixed;z-index:${base.zIndex};${asstBtn.position}:${asstBtn.offsetX}px;
bottom:calc(${asstBtn.offsetY}px + env(safe-area-inset-bottom));max-width:calc(100% - ${2 * asstBtn.offsetX}px);min-height:56px;padding:8px 13px;
border-radius:${theme.radius === "none" ? 0 : 28}px;
background:${theme.accent};color:${theme.ink};box-shadow:0 4px 16px #0005`;
    each("draw");
    if (widget.panel) widget.panel.draw();
  }

  /** A module that did not come is asked for under another address. @param {string} part */
  function bring(part) {
    return import(`${new URL(`${part}/${site.version}.js?${tries++}`, src)}`);
  }

  /** Make the frame and ask for what goes around it, both at once. */
  function prepare() {
    if (!arriving) {
      draw();
      load();
      addEventListener("message", hear);
      arriving = bring("panel").then(({ createPanel }) => (widget.panel = createPanel(widget)), lose);
    }
    return arriving;
  }

  function load() {
    const address = new URL(`../frame/${key}`, src);
    const { allow = "clipboard-write", langs, layout, loading, overrides } = widget;
    address.search = /** @type {any} */ (
      new URLSearchParams(
        /** @type {any} */ ({ v: 1, lang: langs, layout, origin: location.origin, o: pack(overrides) }),
      )
    );
    widget.frame = make("iframe", { src: address, referrerpolicy: "strict-origin", allow, loading });
    // On a page of our own origin it would guard nothing, and the browser says so in the console.
    if (address.origin !== location.origin)
      label(widget.frame, {
        sandbox: "allow-scripts allow-same-origin allow-downloads allow-forms allow-popups allow-popups-to-escape-sandbox",
      });
    box.append(widget.frame);
  }

  /** Our server cannot be reached: the launcher says so, and the next click tries again. */
  function lose() {
    arriving = null;
    widget.frame.remove();
    widget.said = words[widget.lang][1];
    draw();
    throw emit("error", { code: "unreachable" });
  }

  /**
   * @param {string} call of a function of the panel
   * @param {...unknown} args
   * @returns {Promise<any>} what it returns
   */
  function ask(call, ...args) {
    const done = prepare().then(() => widget.panel[call](...args));
    done.catch(Object); // the page need not care
    return done;
  }

  /** @param {MessageEvent} event */
  function hear(event) {
    if (arriving) ask("hear", event);
  }

  /** Keep the host element beside the body, where an application that swaps its body does not reach it. */
  function place() {
    const root = document.documentElement;
    watcher.observe(root, { childList: true });
    if (host.isConnected || !document.body) return;
    root.append(host);
    draw();
  }

  const root = host.attachShadow({ mode: "open" });
  root.append(launcher, box);
  addSheet(root, BASICS);
  host.style.cssText = "all:initial!important";
  box.style.cssText = "position:fixed;visibility:hidden";
  for (const one in PIECES) pieces[one] = PIECES[one](widget);
  widget.el = dataset.el;
  set(fromTag(options, dataset));
  launcher.onclick = () => {
    if (!widget.panel) launcher.style.opacity = /** @type {any} */ (0.7);
    ask("toggle", true);
  };
  launcher.onpointerenter = launcher.onfocus = () => ask("draw");
  watcher.observe(document, { childList: true });
  place();
  widget.kept = remember("sessionStorage", `chatdock.${name}`);
  if (/^open/.test(widget.kept || ("open" in dataset && "open"))) ask("open", false);

  return (call, ...args) => {
    if (commands[call]) commands[call](...args);
    else (told[call] = args), draw(); // the panel knows what it is
    return arriving || /open|toggle|send/.test(call) ? ask("answer", call, ...args) : Promise.resolve();
  };
}
