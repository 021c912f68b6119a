/**
 * The files over the composer: chosen, pasted or dropped, checked here first so that nobody waits
 * for a refusal, uploaded a few at a time. Loaded when the first file comes.
 *
 * @typedef {import("./wire.js").UploadsOffered} UploadsOffered
 * @typedef {import("./upload.js").Uploaded} Uploaded
 * @typedef {object} Item
 * @property {ReturnType<typeof import("./chip.js").createChip>} chip
 * @property {{name: string, size: number, type: string}} file
 * @property {"waiting" | "running" | "done" | "failed"} state
 * @property {Uploaded | null} uploaded
 * @property {() => void} cancel
 * @property {string} preview
 * @property {HTMLInputElement | null} field tells a form without scripts of it
 */
import { announce } from "./announcer.js";
import { createChip } from "./chip.js";
import { isPicture, keepPreview, previewOf } from "./files.js";
import { byId } from "./page.js";
import { refusal } from "./refusal.js";
import { addSheet } from "./sheet.js";
import { fetchTexts } from "./texts.js";
import { upload } from "./upload.js";

const AT_ONCE = 3;

/**
 * @param {object} parts
 * @param {import("./page.js").Page} parts.page
 * @param {ReturnType<typeof import("./token.js").createToken>} parts.token
 * @param {() => UploadsOffered | null} parts.limits
 * @param {(words: string) => void} parts.showAlert
 * @param {() => void} parts.onChange
 */
export async function createTray({ page, token, limits, showAlert, onChange }) {
  const list = byId("chips");
  const form = byId("composer");
  const [say] = await Promise.all([fetchTexts(page.lang, "uploads"), addSheet("uploads")]);
  /** @type {Item[]} */
  let items = [];
  /** @type {(() => void) | null} */
  let onArrival = null;
  document.body.append(createDropSign(say("uploads.drop")));

  /** @param {Iterable<File>} files */
  function add(files) {
    const allowed = limits();
    if (!allowed) return;
    const chosen = Array.from(files);
    const fit = chosen.filter((file) => !refusal(file, allowed, say));
    const room = Math.max(0, allowed.max_count - items.length);
    const reasons = chosen.map((file) => refusal(file, allowed, say)).filter(Boolean);
    if (fit.length > room) {
      reasons.push(say("uploads.count", { limit: allowed.max_count, left: fit.length - room }));
    }
    showAlert(reasons.join("\n"));
    fit.slice(0, room).forEach(take);
    changed();
  }

  /** @param {File} file */
  function take(file) {
    const preview = isPicture(file.type) ? URL.createObjectURL(file) : "";
    const item = put(file, preview, () => start(item, file));
    announce(say("uploads.added", { name: file.name }));
    if (items.filter((one) => one.state === "running").length < AT_ONCE) start(item, file);
    else item.cancel = () => {};
  }

  /**
   * @param {{name: string, size: number, type: string}} file
   * @param {string} preview
   * @param {() => void} onRetry
   * @returns {Item}
   */
  function put(file, preview, onRetry) {
    const chip = createChip({ file, preview, say, onRetry, onRemove: () => remove(item) });
    /** @type {Item} */
    const item = {
      chip, file, preview, state: "waiting", uploaded: null, cancel: () => {}, field: null,
    };
    items.push(item);
    list.append(chip.element);
    return item;
  }

  /** @param {Item} item @param {File} file */
  function start(item, file) {
    setState(item, "running");
    item.cancel = upload({
      url: `/frame/${page.site}/uploads?lang=${page.lang}`,
      file,
      token,
      onProgress: item.chip.setProgress,
      onDone: (uploaded) => arrived(item, uploaded),
      onRefused: (reason) => failed(item, reason || say("uploads.lost")),
    });
  }

  /** @param {Item} item @param {Uploaded} uploaded */
  function arrived(item, uploaded) {
    item.uploaded = uploaded;
    item.field = addField(form, uploaded.id);
    if (item.preview) keepPreview(uploaded.id, item.preview);
    setState(item, "done");
    announce(say("uploads.done", { name: item.file.name }));
    next();
  }

  /** @param {Item} item @param {string} reason */
  function failed(item, reason) {
    setState(item, "failed", reason);
    announce(reason);
    next();
  }

  function next() {
    const waiting = items.find((item) => item.state === "waiting");
    if (waiting) start(waiting, /** @type {File} */ (waiting.file));
    const isBusy = items.some((item) => item.state === "running");
    if (isBusy || !onArrival) return;
    const send = onArrival;
    onArrival = null;
    showAlert("");
    send();
  }

  /** The focus goes to the next file, and in the end to the text. @param {Item} item */
  function remove(item) {
    const at = items.indexOf(item);
    const hadFocus = item.chip.element.contains(document.activeElement);
    item.cancel();
    if (item.uploaded) forget(item.uploaded.id);
    drop(item);
    if (item.preview) URL.revokeObjectURL(item.preview);
    announce(say("uploads.removed", { name: item.file.name }));
    const neighbour = items[at] || items[at - 1];
    if (hadFocus) neighbour ? neighbour.chip.focus() : byId("text").focus();
    next();
  }

  /** @param {Item} item */
  function drop(item) {
    items = items.filter((one) => one !== item);
    item.chip.element.remove();
    if (item.field) item.field.remove();
    changed();
  }

  /** Nobody waits for it, and the server forgets by itself in a day. @param {string} id */
  function forget(id) {
    fetch(`/frame/${page.site}/uploads/${id}`, {
      method: "DELETE",
      headers: { Authorization: `Bearer ${token.get()}` },
    }).catch(() => {});
  }

  /** @param {Item} item @param {Item["state"]} state @param {string} [reason] */
  function setState(item, state, reason) {
    item.state = state;
    item.chip.setState(state, reason);
    changed();
  }

  function changed() {
    list.hidden = !items.length;
    onChange();
  }

  /** What a page without scripts had kept stands here already. */
  function adopt() {
    const kept = /** @type {NodeListOf<HTMLInputElement>} */ (list.querySelectorAll("input:checked"));
    const known = Array.from(kept, (box) => ({
      id: box.value,
      name: box.dataset.name || "",
      content_type: box.dataset.type || "",
      size: Number(box.dataset.size),
    }));
    list.replaceChildren();
    known.forEach(restore);
  }

  /** @param {Uploaded} uploaded */
  function restore(uploaded) {
    const file = { name: uploaded.name, size: uploaded.size, type: uploaded.content_type };
    const item = put(file, previewOf(uploaded.id), () => {});
    item.uploaded = uploaded;
    item.field = addField(form, uploaded.id);
    setState(item, "done");
  }

  adopt();
  changed();

  return {
    add,
    /** Whether a message may go out now. If not, it says why, and `send` is called when it may.
     *
     * @param {() => void} send
     */
    isReady(send) {
      if (items.some((item) => item.state === "waiting" || item.state === "running")) {
        onArrival = send;
        showAlert(say("uploads.wait"));
        return false;
      }
      const hasFailed = items.some((item) => item.state === "failed");
      if (hasFailed) showAlert(say("uploads.failed"));
      return !hasFailed;
    },
    hasAny: () => items.length > 0,
    isBusy: () => items.some((item) => item.state === "waiting" || item.state === "running"),
    clear() {
      onArrival = null;
      items.forEach((item) => item.cancel());
      [...items].forEach(drop);
    },
    /** @returns {Uploaded[]} the files that go with a message; the tray is empty then */
    take() {
      const sent = items.map((item) => /** @type {Uploaded} */ (item.uploaded));
      [...items].forEach(drop);
      return sent;
    },
    /** A refused message comes back. @param {Uploaded[]} files */
    giveBack: (files) => files.forEach(restore),
  };
}

/** @param {HTMLElement} form @param {string} id */
function addField(form, id) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "attachment";
  field.value = id;
  form.append(field);
  return field;
}

/** Shown while a file hangs over the page. @param {string} words */
function createDropSign(words) {
  const sign = document.createElement("p");
  sign.className = "drop-sign";
  sign.textContent = words;
  return sign;
}
