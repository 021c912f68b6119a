// What goes around the frame once a visitor wants it. A module that core imports, so that a page
// view pays for nothing of it; the server puts its pieces, texts and colours together.
/* global BASICS BUTTON CHAT NARROW PANEL addSheet answer complete createAsking createCalls createCover */
/* global createGate createIdentity createLink createUnread */
/* global createNote createNudge createSize fill inkOn label make makeIcon mayFocus stand */
/* exported createPanel */

const DOWN = "M5 9l1.5-1.5L12 13l5.5-5.5L19 9l-7 7z";
const CROSS = "M6 4.5l6 6 6-6L19.5 6l-6 6 6 6-1.5 1.5-6-6-6 6L4.5 18l6-6-6-6z";
const BAR = 44;
const MOTION = `button:hover{border-color:currentColor!important}
@media(prefers-reduced-motion:no-preference){
.open{animation:rise .2s}
.busy{animation:beat 1.4s infinite}}
@keyframes rise{from{opacity:0;transform:translateY(12px)}}
@keyframes beat{50%{opacity:.3}}`;

/** The frame's events that a page knows by a shorter name. @type {Record<string, string>} */
const PAGE_NAMES = { "message.sent": "message", "answer.finished": "answer", "feedback.given": "feedback" };

/**
 * @param {Widget} widget
 * @returns {Panel}
 */
function createPanel(widget) {
  const { box, emit, host, launcher, site } = widget;
  const { ui } = site;
  const memory = `chatdock.${widget.name}`;
  const night = matchMedia("(prefers-color-scheme:dark)");
  const narrow = matchMedia(NARROW);
  const cover = createCover(host, stage);
  const note = createNote();
  const closer = make("button", {}, makeIcon(CROSS));
  const calls = createCalls();
  const gate = createGate(widget);
  const unread = createUnread(widget);
  const link = createLink(widget, calls, onMessage, draw);
  const size = (widget.size = createSize(widget, draw));
  const identity = createIdentity(widget, (type, more) => calls.make((call) => link.say(type, { ...more, call })));
  const asking = createAsking(widget, calls, link, identity);
  const nudge = createNudge(widget);
  const pages = new MutationObserver(draw);
  /** @type {Array<() => void>} */
  const undo = [link.stop, identity.stop, unread.stop, () => pages.disconnect(), () => cover(false), () => keep(null)];
  /** @type {HTMLElement | null} */
  let returnTo = null;
  /** Who had the focus when the frame was asked to take it. @type {Element | null} */
  let asked = null;
  let wantsFocus = false;

  /** What holds the box: our host element, or one inside the page's. */
  function stage() {
    return /** @type {HTMLElement} */ (/** @type {ShadowRoot} */ (box.getRootNode()).host);
  }

  function draw() {
    const { isOpen, layout } = widget;
    const isInline = layout === "inline";
    const isDark = ui.theme.scheme === "auto" ? night.matches : ui.theme.scheme === "dark";
    const surface = isDark ? ui.theme.darkSurface : ui.theme.surface;
    const isCovered = isOpen && layout === "mobile";
    label(/** @type {Element} */ (launcher.querySelector("path")), { d: isOpen ? DOWN : CHAT });
    if (isCovered) launcher.style.display = "none";
    if (link.watch()) {
      calls.fail("interrupted");
      if (isInline) fill(stage(), ui.chatBot.height);
    }
    label(box, { class: isOpen ? "open" : "", "aria-label": ui.chatBot.title });
    label(box, { role: isInline ? "region" : "dialog", "aria-modal": layout === "mobile" });
    if (isInline) box.removeAttribute("aria-modal");
    const where = stand(widget, size.style());
    box.style.cssText = `${widget.stand ? widget.stand(where) : where}visibility:${isOpen ? "visible" : "hidden"};overflow:hidden;
font:16px/1.5 system-ui,sans-serif;background:${surface};color:${inkOn(surface)}`;
    note.draw(widget, link.phase());
    size.draw();
    nudge();
    drawFrame();
    cover(isCovered);
    unread.draw();
    link.tellChanges();
    if (link.phase() === "ready") identity.tell();
    asking.tell();
  }

  /**
   * The frame has a close button. Where that one is missing ours stands in a bar above it, and until
   * the frame's scripts run, on its header.
   */
  function drawFrame() {
    const { frame, lang, layout } = widget;
    const { isShow, isNeedClose } = ui.header;
    const phase = link.phase();
    const stands = phase === "ready" || phase === "shown";
    const hasWayOut = layout !== "mobile" || (isShow && isNeedClose);
    const needsBar = !widget.isPinned && !(stands && hasWayOut);
    const isOver = phase === "shown" && layout === "mobile" && !needsBar;
    const top = needsBar ? BAR : 0;
    label(closer, { "aria-label": PANEL.words[lang].close });
    closer.style.cssText = `${BUTTON}${needsBar || isOver ? "" : "display:none;"}position:absolute;z-index:1;
top:${isOver ? 6 : 0}px;right:${isOver ? 6 : 0}px;width:${BAR}px;height:${BAR}px;padding:7px;background:none;
color:${isOver ? inkOn(ui.theme.accent) : "inherit"}`;
    label(frame, { title: ui.chatBot.title });
    if (ui.chatBot.isNeedAudio) label(frame, { allow: (widget.allow = "clipboard-write;microphone") });
    frame.style.cssText = `position:absolute;left:0;top:${top}px;width:100%;height:calc(100% - ${top}px);
border:0;color-scheme:${ui.theme.scheme === "auto" ? "light dark" : ui.theme.scheme};
visibility:${stands || phase === "refused" ? "inherit" : "hidden"}`;
  }

  async function open(takesFocus = mayFocus()) {
    return widget.isOpen || gate("Show", () => show(takesFocus));
  }

  /** @param {boolean} takesFocus */
  function show(takesFocus) {
    if (widget.isOpen) return;
    returnTo = /** @type {HTMLElement | null} */ (document.activeElement);
    wantsFocus = takesFocus;
    widget.isOpen = true;
    widget.said = "";
    keep("open");
    if (link.phase() === "lost") retry();
    widget.draw();
    link.say("opened");
    if (wantsFocus) moveFocus();
    unread.look();
    emit("open");
  }

  async function close() {
    return Boolean(widget.isOpen) && gate("Hide", hide);
  }

  function hide() {
    if (!widget.isOpen) return;
    const hadFocus = document.activeElement === stage();
    widget.isOpen = false;
    keep("closed");
    link.say("closed");
    widget.draw();
    const back = launcher.getClientRects().length ? launcher : returnTo;
    if (hadFocus && back) back.focus({ preventScroll: true });
    emit("close");
  }

  function toggle(takesFocus = mayFocus()) {
    return widget.isOpen ? close() : open(takesFocus);
  }

  function retry() {
    widget.frame.remove();
    widget.load();
    draw();
  }

  /**
   * Into the frame, which takes it when its scripts run; until then to the panel. The first move must
   * not be ours: a frame's process that only now learns that the window has the focus hands it to the
   * top page (Chromium 156). After a move from here both pages would still take the frame for its
   * owner, while every key goes to the host page, whatever the visitor clicks.
   */
  function moveFocus() {
    if (link.phase() !== "ready") return box.focus({ preventScroll: true });
    asked = document.activeElement;
    link.say("focus");
  }

  /** Where a browser lets no frame take the focus from another site, the page hands it over. */
  function giveFocus() {
    const { activeElement } = /** @type {ShadowRoot} */ (box.getRootNode());
    const isTaken = activeElement === widget.frame || document.activeElement !== asked;
    if (widget.isOpen && !isTaken) widget.frame.focus();
  }

  /** @param {FrameMessage} message */
  function onMessage(message) {
    switch (message.type) {
      case "shown":
        return appear();
      case "ready":
        return greet();
      case "focused":
        return giveFocus();
      case "close":
        return widget.isPinned ? undefined : close();
      case "expand":
        return enlarge();
      case "look":
        return dress(message.theme);
      case "refused":
        return refuse();
      case "identity":
        return identity.hear(message);
      case "tool":
        return answer(widget, message, link.say);
      case "effect":
      case "action":
        return emit(message.type, { name: message.name, data: message.data });
      case "done":
        return calls.end(message);
      case "event":
        if (message.name === "answer.finished" && message.detail.state !== "stopped") unread.add();
        return emit(PAGE_NAMES[message.name] || message.name, message.detail);
    }
  }

  /** There is a frame to see: the focus goes in, unless the visitor took it elsewhere meanwhile. */
  function appear() {
    const hadFocus = document.activeElement === stage();
    draw();
    if (widget.isOpen && wantsFocus && hadFocus) moveFocus();
  }

  function enlarge() {
    size.toggle();
    link.say("expanded", { is_expanded: size.isEnlarged() });
  }

  /** How the page's theme came out in the frame. @param {Tree} theme */
  function dress(theme) {
    widget.dressed = { ...theme, ink: inkOn(theme.accent) };
    Object.assign(ui.theme, widget.dressed);
    widget.draw();
  }

  function greet() {
    link.greet();
    if (size.isEnlarged()) link.say("expanded", { is_expanded: true });
    identity.greet();
    if (widget.isOpen) link.say("opened");
    appear();
    asking.greet();
  }

  function refuse() {
    const { origin } = location;
    console.warn(`chatdock: add "${origin}" to the origins of site "${site.key}"`);
    draw();
    asking.fail("refused");
    emit("refused", { origin });
  }

  /** @param {KeyboardEvent} event */
  function escape(event) {
    const { activeElement, body } = document;
    const isOurs = [stage(), host, widget.handle, body].includes(/** @type {HTMLElement} */ (activeElement));
    if (event.key === "Escape" && isOurs && !widget.isPinned && !event.isComposing && !event.defaultPrevented) close();
  }

  /** Open or closed, for this tab; a host page may have no storage. @param {string | null} value */
  function keep(value) {
    if (widget.isPinned) return;
    widget.kept = value;
    try {
      if (value) sessionStorage.setItem(memory, value);
      else sessionStorage.removeItem(memory);
    } catch {
      // Then the chat is closed on the next page.
    }
  }

  /**
   * @param {EventTarget | null} target
   * @param {string} type
   * @param {(event: any) => void} handler
   */
  function listen(target, type, handler) {
    if (!target) return;
    target.addEventListener(type, handler);
    undo.push(() => target.removeEventListener(type, handler));
  }

  function destroy() {
    hide();
    asking.fail("destroyed");
    for (const step of undo.splice(0)) step();
  }

  complete(widget, { ...PANEL.ui });
  box.prepend(note.node, closer);
  label(box, { id: "panel", tabindex: -1 });
  label(launcher, { "aria-controls": "panel" });
  addSheet(/** @type {ShadowRoot} */ (box.getRootNode()), BASICS + MOTION);
  listen(closer, "click", close);
  listen(note.retry, "click", retry);
  listen(window, "keydown", escape);
  listen(narrow, "change", widget.draw);
  listen(night, "change", draw);
  listen(window.visualViewport, "resize", draw);
  listen(window.visualViewport, "scroll", draw);
  pages.observe(document.documentElement, { childList: true }); // another body to cover
  widget.said = "";
  widget.draw();
  if (ui.chatBot.isNeedAudio && !/mic/.test(widget.frame.allow)) retry(); // the page's wish, not the owner's
  draw();

  return { draw, hear: link.hear, open, close, toggle, answer: asking.answer, destroy };
}
