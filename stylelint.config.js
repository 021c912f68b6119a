// Floor: style.md 2.7. css-logical-props is ignored because the plugin also refuses longhands that work.
const unsupported = ["inset", "inset-inline", "inset-block", "margin-inline", "margin-block",
  "padding-inline", "padding-block", "aspect-ratio"];

export default {
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "plugin/no-unsupported-browser-features": [
      true,
      {
        severity: "error",
        ignorePartialSupport: true,
        // The last five only make things nicer: nothing breaks where they are unknown.
        ignore: [
          "css-logical-props",
          "text-size-adjust",
          "css-media-scripting",
          "css-touch-action",
          "css-resize",
          "css-overscroll-behavior",
        ],
      },
    ],
    "property-disallowed-list": unsupported,
    "function-disallowed-list": ["color-mix", "oklch", "oklab", "lch", "lab"],
    "block-no-empty": true,
    "color-no-invalid-hex": true,
    "declaration-block-no-duplicate-custom-properties": true,
    "no-duplicate-selectors": true,
    "unit-no-unknown": true,
    "property-no-unknown": true,
  },
};
