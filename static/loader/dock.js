// The page's global: one function for all sites on the page. Before it stands, a page may keep its
// calls in a queue of the same name.
/* exported dock */

/** @type {any} */
let dock = /** @type {any} */ (window).chatdock;
if (!dock || !dock.sites) {
  const { q } = Object(dock);
  /** @param {...any} args */
  dock = (...args) => {
    const run = dock.sites.get(Object(args[args.length - 1]).site || [...dock.sites.keys()][0]);
    if (run) return run(...args);
    return new Promise((done) => {
      /** @type {any} */ (args).done = done;
      dock.q.push(args);
    });
  };
  dock.sites = new Map();
  dock.q = q || [];
  /** @type {any} */ (window).chatdock = dock;
}
