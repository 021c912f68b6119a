/**
 * Tells the loader that this host page's origin is not on the site's list. The page that runs this
 * holds nothing of the site, so any parent may hear it.
 *
 * @type {import("./host.js").Refused}
 */
const message = {
  chatdock: 1,
  type: "refused",
  origin: document.documentElement.dataset.origin || "null",
};

// A page without an origin of its own (a file, a sandbox) cannot be addressed by it.
window.parent.postMessage(message, message.origin === "null" ? "*" : message.origin);
