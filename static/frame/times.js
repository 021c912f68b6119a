/**
 * When a message was written, in the visitor's own zone and language: the time at each, and a line
 * where another day begins. A conversation of today alone needs no such line.
 */

const DAY_MS = 86400000;

/** @param {string} lang */
export function createTimes(lang) {
  /** @type {Intl.DateTimeFormatOptions} */
  const clock = { hour: "numeric", minute: "2-digit" };
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { weekday: "long", day: "numeric", month: "long" };
  const time = new Intl.DateTimeFormat(lang, clock);
  const day = new Intl.DateTimeFormat(lang, parts);
  const dayOfYear = new Intl.DateTimeFormat(lang, { ...parts, year: "numeric" });
  const whole = new Intl.DateTimeFormat(lang, { ...parts, ...clock, year: "numeric" });
  const near = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });

  /** @param {Date} at @param {Date} now */
  function dayWords(at, now) {
    const ago = daysBetween(at, now);
    if (ago < 2) return capital(near.format(-ago, "day"), lang);
    return (at.getFullYear() === now.getFullYear() ? day : dayOfYear).format(at);
  }

  return {
    /** @param {HTMLTimeElement} element whose `dateTime` is set */
    write(element) {
      const at = new Date(element.dateTime);
      element.textContent = time.format(at);
      element.title = whole.format(at);
    },
    /**
     * The words of the day that begins with each of these, or nothing where it goes on.
     *
     * @param {Date[]} times in order
     * @param {Date} [now]
     */
    days(times, now = new Date()) {
      const first = times[0];
      const isToday = !first || daysBetween(first, now) === 0;
      return times.map((at, index) => {
        const before = times[index - 1];
        const isNew = before ? daysBetween(before, at) !== 0 : !isToday;
        return isNew ? dayWords(at, now) : "";
      });
    },
  };
}

/** By the calendar, which is not by the clock where it is changed. @param {Date} one @param {Date} other */
function daysBetween(one, other) {
  const [from = 0, to = 0] = [one, other].map((at) => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()));
  return Math.round((to - from) / DAY_MS);
}

/** @param {string} text @param {string} lang */
function capital(text, lang) {
  return text.slice(0, 1).toLocaleUpperCase(lang) + text.slice(1);
}
