/**
 * The form: a text box that grows, Enter that sends, files that are chosen, pasted or dropped, and a
 * draft that survives every refusal.
 *
 * @typedef {import("./wire.js").UploadsOffered} UploadsOffered
 * @typedef {import("./upload.js").Uploaded} Uploaded
 * @typedef {Awaited<ReturnType<typeof import("./uploads.js").createTray>>} Tray
 * @typedef {Pick<Parameters<typeof import("./uploads.js").createTray>[0],
 *   "limits" | "showAlert" | "onChange">} Hooks
 */
import { byId, newId } from "./page.js";

const BRIEF_MS = 2000;
/** What keys do in the empty box. @type {Record<string, number>} */
const PAGES = { PageUp: -1, PageDown: 1, Home: -1e6, End: 1e6 };

/**
 * @param {object} on
 * @param {(text: string, id: string, files: Uploaded[]) => void} on.send
 * @param {(pages: number) => void} on.page scrolls from the empty box
 * @param {UploadsOffered | null} on.uploads
 * @param {(hooks: Hooks) => Promise<Tray>} on.loadTray
 */
export function createComposer(on) {
  const form = /** @type {HTMLFormElement} */ (byId("composer"));
  const box = /** @type {HTMLTextAreaElement} */ (byId("text"));
  const button = /** @type {HTMLElement} */ (form.querySelector(".send"));
  const nextId = /** @type {HTMLInputElement} */ (form.elements.namedItem("client_message_id"));
  const chooser = /** @type {HTMLInputElement} */ (byId("files"));
  const alert = byId("alert");
  const status = byId("status");
  /** @type {Record<string, string>} */
  const conditions = {};
  /** @type {Record<string, number>} */
  const timers = {};
  let isNative = false;
  let limits = on.uploads;
  /** Where files wait to be sent: most visitors never have one. @type {Tray | null} */
  let tray = null;
  /** @type {Promise<Tray> | null} */
  let loading = null;
  /** What goes before the next question, and is gone with it. */
  let takePrefix = () => "";
  let told = () => {};
  /** Where a text goes that is written here for something else. @type {((text: string) => void) | null} */
  let elsewhere = null;

  function grow() {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }

  function changed() {
    grow();
    button.setAttribute("aria-disabled", String(!hasDraft() || box.readOnly));
    told();
  }

  function hasDraft() {
    return Boolean(box.value.trim() || (tray && tray.hasAny()));
  }

  function send() {
    const text = box.value.trim();
    if (!hasDraft() || box.readOnly || (isRunning() && !mayFollowUp())) return;
    if (elsewhere) return elsewhere(text);
    if (tray && !tray.isReady(send)) return;
    setText("");
    ask(takePrefix() + text, tray ? tray.take() : []);
  }

  /** @param {string} text @param {Uploaded[]} [files] */
  function ask(text, files = []) {
    if (box.readOnly) return;
    showAlert("");
    on.send(text, nextId.value, files);
    nextId.value = newId();
  }

  async function openTray() {
    loading = loading || on.loadTray({ limits: () => limits, showAlert, onChange: changed });
    tray = await loading;
    changed();
    return tray;
  }

  /** @param {FileList | null} files */
  async function addFiles(files) {
    const chosen = Array.from(files || []);
    if (chosen.length && mayUpload()) (await openTray()).add(chosen);
  }

  function mayUpload() {
    return Boolean(limits) && document.documentElement.dataset.uploads !== "off";
  }

  /** A file that nobody takes would open in our place. @param {DragEvent} event */
  function dragged(event) {
    const data = event.dataTransfer;
    if (!data || !data.types.includes("Files")) return;
    event.preventDefault();
    const isOver = event.type !== "drop" && !(event.type === "dragleave" && !event.relatedTarget);
    document.documentElement.toggleAttribute("data-drop", isOver && mayUpload());
    if (event.type === "drop") addFiles(data.files);
    else if (mayUpload()) openTray();
  }

  /** @param {string} text */
  function setText(text) {
    box.value = text;
    changed();
  }

  /** @param {string} text empty hides it */
  function showAlert(text) {
    alert.textContent = text;
    alert.hidden = !text;
  }

  /** A moment without the line is not worth a word. */
  function showStatus() {
    status.textContent = Object.values(conditions).filter(Boolean).join(" ");
  }

  form.addEventListener("submit", (event) => {
    if (!isNative) {
      event.preventDefault();
      return send();
    }
    const isOurs = (event.submitter || button) === button;
    if (isOurs && tray && !tray.isReady(() => button.click())) event.preventDefault();
    else if (isOurs) box.value = takePrefix() + box.value;
    return undefined;
  });
  box.addEventListener("input", changed);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !isComposing(event)) {
      event.preventDefault();
      if (isNative) button.click();
      else send();
    }
    const pages = PAGES[event.key];
    if (!box.value && pages) on.page(pages);
  });
  box.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    // An office program brings its text as a picture too.
    if (!data || !data.files.length || data.types.includes("text/plain")) return;
    event.preventDefault();
    addFiles(data.files);
  });
  chooser.addEventListener("change", async () => {
    await addFiles(chooser.files);
    chooser.value = "";
  });
  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(type, (event) => dragged(/** @type {DragEvent} */ (event)));
  }
  if (byId("chips").children.length) openTray();
  addEventListener("resize", grow); // a phone that is turned
  form.noValidate = true; // an empty box needs no reproach from the browser
  changed();

  return {
    ask,
    showAlert,
    /** A touch screen would put its keyboard over what is to be read. */
    focus() {
      const isTouch = matchMedia("(pointer: coarse)").matches;
      if (isTouch) document.documentElement.toggleAttribute("data-pointer", true); // needs no ring
      (isTouch ? byId("transcript") : box).focus({ preventScroll: true });
    },
    /**
     * A refused text comes back in front of what was typed since, its files beside what was added.
     *
     * @param {string} text
     * @param {Uploaded[]} [files]
     */
    giveBack(text, files = []) {
      setText([text, box.value].filter(Boolean).join("\n"));
      if (tray) tray.giveBack(files);
    },
    /** @param {() => string} take */
    setPrefix: (take) => (takePrefix = take),
    /** @param {typeof elsewhere} to null: it is a question again */
    divert: (to) => (elsewhere = to),
    /** @param {() => void} tell whenever there is another text */
    watch: (tell) => (told = tell),
    /** @param {string} text in the place of what stands there @param {boolean} keepsPrefix */
    swap(text, keepsPrefix) {
      if (!keepsPrefix) takePrefix();
      setText(text);
    },
    isUploading: () => Boolean(tray && tray.isBusy()),
    /** What was typed and chosen here is not for the next one to see. */
    clear() {
      setText("");
      showAlert("");
      takePrefix();
      if (tray) tray.clear();
    },
    /** Opens the browser's own dialogue. */
    attach: () => chooser.click(),
    /** What the platform can do and the owner shows. @param {import("./wire.js").Offered} offered */
    setOffered(offered) {
      for (const one of /** @type {const} */ (["retry", "edit"])) {
        document.documentElement.dataset[one] = offered[one] ? "on" : "off";
      }
      document.documentElement.toggleAttribute("data-follow-up", Boolean(offered.follow_up));
      limits = offered.uploads || null;
      byId("attach").hidden = !limits;
      chooser.accept = limits ? limits.accept.join() : "";
    },
    /**
     * Locked and closed conversations take no messages; what was typed stays.
     *
     * @param {string} access
     * @param {string} reason the platform's, if it gave one
     * @param {import("./page.js").Say} say
     */
    setAccess(access, reason, say) {
      const isOpen = access === "open";
      document.documentElement.dataset.access = access;
      byId("access-words").textContent = isOpen ? "" : reason || say(`live.access.${access}`);
      box.readOnly = access !== "open";
      changed();
    },
    mayFollowUp,
    /** Whether this conversation takes no messages. */
    isShut: () => box.readOnly,
    /** @param {boolean} isIt */
    setRunning: (isIt) => document.documentElement.toggleAttribute("data-running", isIt),
    /** From now on the browser posts the form itself: no socket gets through. */
    goNative() {
      isNative = true;
      form.noValidate = false;
    },
    /**
     * Posts this message as the form it came from.
     *
     * @param {string} text
     * @param {string} id
     * @param {Uploaded[]} files
     */
    post(text, id, files) {
      setText(text);
      if (tray) tray.giveBack(files);
      nextId.value = id;
      button.click();
    },
    isNative: () => isNative,
    /**
     * @param {string} condition each has its own sentence
     * @param {string} text empty when it is over
     */
    setStatus(condition, text) {
      clearTimeout(timers[condition]);
      const wait_ms = text ? BRIEF_MS : 0;
      timers[condition] = setTimeout(() => {
        conditions[condition] = text;
        showStatus();
      }, wait_ms);
    },
  };
}

/** Whether the platform takes a message while it is writing. */
function mayFollowUp() {
  return document.documentElement.hasAttribute("data-follow-up");
}

function isRunning() {
  return document.documentElement.hasAttribute("data-running");
}

/**
 * Enter that picks a word in an input method must not send. Safari ends the composition before the
 * key arrives and marks the key with code 229 instead.
 *
 * @param {KeyboardEvent} event
 */
function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
