/* exported watchPage */

/**
 * Says twice a second whether the page is as a trigger wants it. A look now and then, because an
 * application that puts another address into the bar tells nobody, and `history` is the page's own.
 * Another address is another page: its seconds begin anew.
 * @param {() => Trigger} wanted
 * @param {(isDue: boolean) => void} tell
 * @returns {() => void} stops it
 */
function watchPage(wanted, tell) {
  const root = document.documentElement;
  let page = "";
  let since = 0;
  let isDue = false;
  const timer = setInterval(() => {
    const { seconds, scroll, url } = wanted();
    const { hash, pathname, search } = location;
    const here = pathname + search + (url.includes("#") ? hash : "");
    const now = performance.now() / 1000;
    if (here !== page) {
      since = page ? now : 0;
      isDue = false;
      page = here;
    }
    isDue =
      isDue ||
      (!seconds && !scroll) ||
      (seconds > 0 && now >= since + seconds) ||
      (scroll > 0 && (100 * window.scrollY) / (root.scrollHeight - root.clientHeight) >= scroll);
    tell(isDue && fits(url || "*", page));
  }, 500);
  return () => clearInterval(timer);
}

/**
 * Every part between the stars is there, in order. The line ends hold the first and the last one at
 * their places.
 * @param {string} pattern
 * @param {string} page
 */
function fits(pattern, page) {
  const text = `\n${page}\n`;
  let end = 0;
  return `\n${pattern}\n`.split("*").every((part) => {
    const at = text.indexOf(part, end);
    end = at + part.length;
    return at >= 0;
  });
}
