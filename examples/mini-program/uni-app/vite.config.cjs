const uni = require("@dcloudio/vite-plugin-uni").default;
const { defineConfig } = require("vite");

module.exports = defineConfig({ plugins: [uni()] });
