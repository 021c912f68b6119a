/**
 * What is refused before it is uploaded, so that nobody waits for it. The server decides again.
 *
 * @typedef {import("./wire.js").UploadsOffered} UploadsOffered
 */
import { megabytes } from "./files.js";

/**
 * Why a file is not even tried; empty when it may be.
 *
 * @param {File} file
 * @param {UploadsOffered} allowed
 * @param {import("./page.js").Say} say
 */
export function refusal(file, allowed, say) {
  const { name, size } = file;
  if (!size) return say("uploads.empty", { name });
  if (size > allowed.max_bytes) {
    return say("uploads.too_large", {
      name,
      size: megabytes(size),
      limit: megabytes(allowed.max_bytes),
      over: megabytes(size - allowed.max_bytes),
    });
  }
  if (!file.type || accepts(allowed.accept, file.type)) return ""; // the server looks closer
  return say("uploads.type", { name, kinds: kinds(allowed.accept, say) });
}

/** @param {string[]} accepted @param {string} type */
function accepts(accepted, type) {
  const family = `${type.split("/")[0]}/*`;
  return accepted.some((one) => one === type || one === family || one === "*/*");
}

/**
 * What may be sent, for people: "pictures, PDF, DOCX".
 *
 * @param {string[]} accepted
 * @param {import("./page.js").Say} say
 */
function kinds(accepted, say) {
  /** @type {Record<string, string>} */
  const endings = { wordprocessingml: "DOCX", spreadsheetml: "XLSX", presentationml: "PPTX" };
  const named = accepted.map((type) => {
    const [family = "", kind = ""] = type.split("/");
    if (kind === "*") return say(`uploads.kind.${family}`);
    const office = Object.keys(endings).find((word) => kind.includes(word));
    return office ? endings[office] || "" : kind.replace(/^.*[.-]/, "").toUpperCase();
  });
  return Array.from(new Set(named)).join(", ");
}
