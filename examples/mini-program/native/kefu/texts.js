/** What the pages say themselves; what the server refuses it words itself, in the same language. */

const TEXTS = {
  "zh-CN": {
    title: "智能客服",
    greeting: "你好！有什么可以帮你？",
    placeholder: "请输入问题",
    send: "发送",
    retry: "重试",
    restart: "新会话",
    more: "查看更早的消息",
    writing: "正在回答…",
    waiting: "等待继续…",
    web: "网页版",
    unreachable: "页面没有打开，请重试。",
    footer: "回答由 AI 生成，仅供参考",
  },
  en: {
    title: "Customer service",
    greeting: "Hello! How can we help?",
    placeholder: "Your question",
    send: "Send",
    retry: "Try again",
    restart: "New conversation",
    more: "Earlier messages",
    writing: "Writing…",
    waiting: "Will go on…",
    web: "Web page",
    unreachable: "The page did not open. Please try again.",
    footer: "Answers are AI-generated",
  },
};

function textsFor(lang) {
  return lang === "en" ? TEXTS.en : TEXTS["zh-CN"];
}

module.exports = { textsFor };
