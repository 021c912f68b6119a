import compat from "eslint-plugin-compat";
import esx from "eslint-plugin-es-x";
import globals from "globals";

const banned = [
  ["requestSubmit", "Safari 14 has none: click the submit button."],
  ["innerHTML", "Server HTML enters in static/frame/patches.js alone."],
  ["outerHTML", "Server HTML enters in static/frame/patches.js alone."],
  ["insertAdjacentHTML", "Server HTML enters in static/frame/patches.js alone."],
  ["at", "Below the floor."],
  ["replaceAll", "Below the floor."],
].map(([property, message]) => ({ property, message }));

const rules = {
  "compat/compat": "error",
  "es-x/no-export-ns-from": "error",
  "no-restricted-properties": [
    "error",
    ...banned,
    { object: "AbortSignal", property: "timeout", message: "Below the floor." },
    { object: "Object", property: "hasOwn", message: "Below the floor." },
    { object: "crypto", property: "randomUUID", message: "Below the floor, and absent on plain http." },
  ],
  "no-restricted-globals": ["error", "structuredClone", "event", "name"],
  "no-unused-vars": ["error", { args: "after-used" }],
  "no-undef": "error",
  "no-var": "error",
  "prefer-const": "error",
  eqeqeq: "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-shadow": "error",
  "no-fallthrough": "error",
  "no-console": "off",
  "max-lines": ["error", 300],
};

const plugins = { compat, "es-x": esx };

// Asked for before use, everywhere: what is absent below is done without.
const settings = { polyfills: ["trustedTypes", "adoptedStyleSheets", "ClipboardItem"] };

export default [
  {
    files: ["static/frame/**/*.js", "static/demo/**/*.js", "packages/**/*.js"],
    plugins,
    rules,
    settings,
    languageOptions: { ecmaVersion: 2020, sourceType: "module", globals: globals.browser },
  },
  {
    files: ["static/loader/**/*.js", "static/compat/**/*.js"],
    plugins,
    rules,
    settings,
    languageOptions: { ecmaVersion: 2020, sourceType: "script", globals: globals.browser },
  },
  {
    files: ["static/frame/patches.js"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    // Runs as it is on phones that are older than any browser above.
    files: ["examples/mini-program/**/*.js"],
    rules: {
      ...rules,
      "compat/compat": "off",
      "no-restricted-properties": "off",
      "no-unused-vars": ["error", { caughtErrors: "none" }],
    },
    plugins,
    languageOptions: {
      ecmaVersion: 2015,
      sourceType: "module",
      globals: { wx: false, uni: false, App: false, Page: false, setTimeout: false, clearTimeout: false },
    },
  },
  {
    files: ["examples/mini-program/native/**/*.js"],
    languageOptions: { sourceType: "commonjs" },
  },
  {
    files: ["tests/js/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.node },
  },
];
