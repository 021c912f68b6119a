/** Where everything is. Addresses must be among the request domains of the mini-program. */
export default {
  // Your Chatdock server, without a slash at the end. On a phone it has to be https.
  baseUrl: "http://127.0.0.1:8080",
  site: "acme",
  lang: "zh-CN",
  // Of your own server: gives {"token": "…"} for the code of wx.login. Empty, for trying: a random id
  // of the phone counts, where the site has anonymous = true.
  tokenUrl: "",
  // Of your own server: gives {"chat_url": "…"}. Empty: no button for the web page.
  chatUrl: "",
};
