/* exported createRules, eachProperty */

/**
 * Rules for an element in the page's own tree: no `<style>`, which a strict page refuses. As a
 * selector an attribute is less than an id, so that whatever the owner writes for the id wins, and
 * more than what the page says of all its `div`s. Safari before 16.4 gets the same inline.
 * @param {HTMLElement} node
 */
function createRules(node) {
  const page = node.ownerDocument;
  const sheet = adopt(page);
  /** @type {Record<string, string>} */
  const ours = {};
  let known = "";

  /** What the page wrote inline meanwhile stays. @param {string} style */
  function inline(style) {
    eachProperty(style, (name, value) => {
      const now = node.style.getPropertyValue(name);
      if (now && now !== ours[name]) return;
      node.style.setProperty(name, value);
      ours[name] = node.style.getPropertyValue(name);
    });
  }

  return {
    /** @param {string} style */
    say(style) {
      if (style === known) return;
      known = style;
      if (sheet) sheet.replaceSync(`[id=${node.id}]{${style}}@media print{[id=${node.id}]{display:none!important}}`);
      else inline(style);
    },
    stop() {
      if (sheet) page.adoptedStyleSheets = page.adoptedStyleSheets.filter((one) => one !== sheet);
    },
  };
}

/** @param {Document} page */
function adopt(page) {
  try {
    const sheet = new CSSStyleSheet();
    page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
    return sheet;
  } catch {
    return null;
  }
}

/**
 * @param {string} style
 * @param {(name: string, value: string) => void} handler
 */
function eachProperty(style, handler) {
  for (const one of style.split(";")) {
    const [, name, value] = one.match(/^\s*([\w-]+):\s*(.*?)\s*$/s) || [];
    if (name && value) handler(name, value);
  }
}
