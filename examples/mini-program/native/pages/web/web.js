const config = require("../../config.js");
const { chatUrlFrom } = require("../../kefu/owner.js");
const { textsFor } = require("../../kefu/texts.js");

/** The chat page itself instead of the calls. Its address is good once: a new one at each opening. */
Page({
  data: { texts: textsFor(config.lang), address: "", hasFailed: false },

  onLoad() {
    wx.setNavigationBarTitle({ title: this.data.texts.title });
    this.open();
  },

  open() {
    this.setData({ hasFailed: false });
    chatUrlFrom(wx, config.chatUrl).then(
      (address) => this.setData({ address }),
      () => this.setData({ hasFailed: true })
    );
  },
});
