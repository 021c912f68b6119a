/* exported voice */

/**
 * A frame that may use the microphone: that must be said before its page is asked for.
 * @param {Widget} widget
 * @returns {Piece}
 */
function voice(widget) {
  return {
    draw() {
      if (widget.site.ui.chatBot.isNeedAudio) widget.allow = "clipboard-write;microphone";
    },
  };
}
