// In place of the global when the site is paused or unknown: pages that were written for it go on.
/* global WHY */

class AbsentClient {
  constructor() {
    if (!AbsentClient.isTold) console.warn(WHY);
    AbsentClient.isTold = true;
  }

  showChatBot() {}

  hideChatBot() {}

  async getToken() {}

  destroy() {}
}

/** @type {AbsentClient[]} */
AbsentClient.clients = [];
AbsentClient.isTold = false;
const AbsentSDK = { WebChatClient: AbsentClient };
Object.assign(window, { CozeWebSDK: AbsentSDK, CozeWebSDKmain: AbsentSDK });
