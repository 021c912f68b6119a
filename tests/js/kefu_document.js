/**
 * The client functions of the kefu document, written as its uni-app sample describes them: a
 * project-local `request` helper sends JSON; success is `res.code === 0`, a failure shows
 * `res.message`, what is thrown is a network failure.
 */

/** The helper, as projects write it. `isStrict`: it throws for what is not 2xx, as many do. */
export function createRequest(uni, { baseUrl, token = "", isStrict = false }) {
  return ({ url, method, data }) =>
    new Promise((resolve, reject) => {
      uni.request({
        url: baseUrl + url,
        method,
        data,
        header: token ? { Authorization: `Bearer ${token}` } : {},
        success: (res) => {
          if (isStrict && res.statusCode >= 300) reject(new Error(`HTTP ${res.statusCode}`));
          else resolve(res.data);
        },
        fail: reject,
      });
    });
}

/** `log` gets what the sample writes to the console. */
export function createDocumentClient(request, log = []) {
  async function ask(url, data, what) {
    try {
      const res = await request({ url: `/api/kefu/${url}`, method: "POST", data });
      if (res.code === 0) return res.data;
      log.push(`${what}失败: ${res.message}`);
    } catch {
      log.push("网络错误");
    }
    return null;
  }

  return {
    log,
    sendMessage: (message, conversationId = "") =>
      ask("chat", { message, conversation_id: conversationId, stream: false }, "发送"),
    getHistory: (conversationId, limit = 20, offset = 0) =>
      ask("getHistory", { conversation_id: conversationId, limit, offset }, "获取历史"),
    createConversation: async () => {
      const data = await ask("createConversation", {}, "创建会话");
      return data && data.conversation_id;
    },
  };
}
