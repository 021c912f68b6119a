const config = require("../../config.js");
const { createKefu, newId } = require("../../kefu/kefu.js");
const { deviceIdOf, userTokenFrom } = require("../../kefu/owner.js");
const { createTalk } = require("../../kefu/talk.js");
const { textsFor } = require("../../kefu/texts.js");

const texts = textsFor(config.lang);

Page({
  data: {
    texts,
    messages: [],
    isBusy: false,
    hasMore: false,
    note: "",
    draft: "",
    end: "",
    hasWeb: Boolean(config.chatUrl),
  },

  onLoad() {
    wx.setNavigationBarTitle({ title: texts.title });
    this.kefu = createKefu({
      api: wx,
      baseUrl: config.baseUrl,
      site: config.site,
      lang: config.lang,
      userToken: config.tokenUrl ? userTokenFrom(wx, config.tokenUrl) : null,
      userId: deviceIdOf(wx),
    });
    this.talk = createTalk({
      kefu: this.kefu,
      newId,
      api: wx,
      key: `chatdock.${config.site}`,
      onChange: (state, index) => this.draw(state, index),
    });
  },

  onShow() {
    this.talk.show();
  },

  onHide() {
    this.talk.hide();
  },

  onUnload() {
    this.kefu.leave();
  },

  /** A growing answer moves only itself over to the view. */
  draw(state, index) {
    const changes = index === undefined ? state : { [`messages[${index}]`]: state.messages[index] };
    this.setData(Object.assign({ end: "" }, changes));
    this.setData({ end: "end" });
  },

  type(event) {
    this.setData({ draft: event.detail.value });
  },

  send() {
    if (this.talk.send(this.data.draft)) this.setData({ draft: "" });
  },

  retry() {
    this.talk.retry();
  },

  reload() {
    this.talk.show();
  },

  more() {
    this.talk.more();
  },

  restart() {
    this.talk.restart();
  },

  openWeb() {
    wx.navigateTo({ url: "/pages/web/web" });
  },
});
