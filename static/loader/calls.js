/* exported createCalls, named */

/**
 * Why a call came to nothing, by a name that code can go by.
 * @param {string} code
 */
function named(code) {
  return Object.assign(new Error(`chatdock: ${code}`), { code });
}

/** What the page asked of the frame and waits for. */
function createCalls() {
  /** @type {Map<number, {resolve: (result: any) => void, reject: (why: Error) => void}>} */
  const waiting = new Map();
  let last = 0;

  return {
    /**
     * @param {(call: number) => void} ask says it to the frame
     * @returns {Promise<any>} what the frame says came of it
     */
    make(ask) {
      const call = (last += 1);
      const done = new Promise((resolve, reject) => waiting.set(call, { resolve, reject }));
      done.catch(() => {}); // the page need not care
      ask(call);
      return done;
    },
    /** @param {import("../frame/host.js").Done} message */
    end({ call, result, error }) {
      const one = waiting.get(call);
      if (!one || !waiting.delete(call)) return;
      if (error) one.reject(named(error));
      else one.resolve(result);
    },
    /** The frame that knew of them is gone. @param {string} code */
    fail(code) {
      for (const one of waiting.values()) one.reject(named(code));
      waiting.clear();
    },
  };
}
