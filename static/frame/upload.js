/**
 * One file on its way to our server. `fetch` cannot tell how far an upload is, so this is the older
 * way.
 *
 * @typedef {object} Uploaded
 * @property {string} id
 * @property {string} name
 * @property {string} content_type
 * @property {number} size
 */

/**
 * @param {object} parts
 * @param {string} parts.url
 * @param {File} parts.file
 * @param {ReturnType<typeof import("./token.js").createToken>} parts.token
 * @param {(share: number) => void} parts.onProgress between 0 and 1
 * @param {(uploaded: Uploaded) => void} parts.onDone
 * @param {(words: string) => void} parts.onRefused the server's words; none when the line broke
 * @returns {() => void} cancels it
 */
export function upload({ url, file, token, onProgress, onDone, onRefused }) {
  let isCancelled = false;
  let request = new XMLHttpRequest();

  /** @param {boolean} isFirst */
  function start(isFirst) {
    request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Authorization", `Bearer ${token.get()}`);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => event.total && onProgress(event.loaded / event.total);
    request.onload = () => answered(isFirst);
    request.onerror = () => onRefused("");
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  }

  /** @param {boolean} isFirst */
  async function answered(isFirst) {
    if (request.status === 201) return onDone(JSON.parse(request.responseText));
    if (request.status === 401 && isFirst && (await token.renew()) === "renewed") {
      return isCancelled ? undefined : start(false);
    }
    return onRefused(reason(request.responseText));
  }

  start(true);
  return () => {
    isCancelled = true;
    request.abort();
  };
}

/** @param {string} text */
function reason(text) {
  try {
    return String(JSON.parse(text).error.message);
  } catch {
    return ""; // a proxy's own words are not ours
  }
}
