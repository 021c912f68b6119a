/**
 * What stands in served scripts and styles that a browser at the floor cannot do.
 *
 * Reads a file of `[{name, kind, text}]` and prints `[{name, fault}]`. Kinds: `module`, `script`, `loader`
 * (older still, for it runs on pages that others build) and `sheet`. Styles that scripts set are
 * looked at too.
 */
import { readFileSync } from "node:fs";

import { parse } from "acorn";
import { Linter } from "eslint";
import stylelint from "stylelint";

import eslintConfig from "../../eslint.config.js";
import stylelintConfig from "../../stylelint.config.js";

const FLOOR = 2020;
const LOADER_FLOOR = 2019;
const OF_APIS = ["compat/compat", "es-x/no-export-ns-from", "no-restricted-properties", "no-restricted-globals"];
// Markup enters in one module alone; the picture on the launcher does without what is missing.
const ONE_DOOR = /patches\.js$/;
const DONE_WITHOUT = ["createImageBitmap"];

const [ours] = eslintConfig;
const linter = new Linter();
const config = {
  files: ["**/*.js"],
  plugins: ours.plugins,
  rules: Object.fromEntries(OF_APIS.map((name) => [name, ours.rules[name]])),
  settings: { polyfills: [...ours.settings.polyfills, ...DONE_WITHOUT] },
  linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" },
};

const UNSUPPORTED = "plugin/no-unsupported-browser-features";
const sheetFloor = floorOf([]);
// Without the first there is the browser's own ring; the others are taken back where they were known.
const scriptFloor = floorOf(["css-focus-visible", "css-backdrop-filter", "css-containment"]);

/** What is about browsers, and not about order. @param {string[]} more to be ignored */
function floorOf(more) {
  const { plugins, rules } = stylelintConfig;
  const [isOn, options] = rules[UNSUPPORTED];
  const about = /^(property-|function-)disallowed-list$|^unit-no-unknown$/;
  const kept = Object.entries(rules).filter(([name]) => about.test(name));
  const ignore = [...options.ignore, ...more];
  return { plugins, rules: { ...Object.fromEntries(kept), [UNSUPPORTED]: [isOn, { ...options, ignore }] } };
}

/** `import()` is younger than the rest of the loader's syntax, and older in every browser. */
function parsed({ kind, text }) {
  if (kind === "loader") parse(text.replace(/\bimport\(/g, "Import("), { ecmaVersion: LOADER_FLOOR, sourceType: "script" });
  return parse(text, { ecmaVersion: FLOOR, sourceType: kind === "module" ? "module" : "script" });
}

function apiFaults({ name, kind, text }) {
  const languageOptions = { ecmaVersion: FLOOR, sourceType: kind === "module" ? "module" : "script" };
  const found = linter.verify(text, { ...config, languageOptions }, { filename: "static/served.js" });
  const isDoor = ONE_DOOR.test(name);
  return found.filter(({ ruleId }) => !(isDoor && ruleId === "no-restricted-properties")).map(({ message }) => message);
}

/** Every style that is written into a string, with something in place of what is put into it. */
function* stylesIn(node) {
  if (!node || typeof node.type !== "string") return;
  if (node.type === "Literal" && typeof node.value === "string") yield* asSheet(node.value);
  if (node.type === "TemplateLiteral") yield* asSheet(filled(node.quasis.map(({ value }) => value.cooked)));
  for (const inner of Object.values(node).flat()) if (inner instanceof Object) yield* stylesIn(inner);
}

function filled(pieces) {
  return pieces.reduce((before, after) => {
    if (/^\s*:/.test(after)) return `${before}top${after}`;
    return before + (/(^|[;{}])\s*$/.test(before) ? "" : "var(--put)") + after; // rules of its own, or a value
  });
}

function* asSheet(text) {
  if (text.startsWith("data:")) return;
  if (/^[\s\S]*\{[^}]*:[^}]*\}/.test(text) && !/[()]\s*=>|^\s*\{/.test(text)) yield text;
  else if (/^\s*[a-z-]+:\s*[^/\s][^;]*;/.test(text)) yield `a{${text}}`;
}

async function styleFaults(code, floor = sheetFloor) {
  const { results } = await stylelint.lint({ code, config: floor });
  return results.flatMap(({ warnings }) => warnings.map(({ text }) => text));
}

async function faultsOf(served) {
  if (served.kind === "sheet") return styleFaults(served.text);
  try {
    const styles = [...stylesIn(parsed(served))];
    return [...apiFaults(served), ...(styles.length ? await styleFaults(styles.join("\n"), scriptFloor) : [])];
  } catch (error) {
    return [`does not parse: ${error.message}`];
  }
}

const found = [];
for (const served of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  for (const fault of await faultsOf(served)) found.push({ name: served.name, fault });
}
process.stdout.write(JSON.stringify(found));
