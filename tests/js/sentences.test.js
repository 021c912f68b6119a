import assert from "node:assert/strict";
import { test } from "node:test";

import { sentencesOf } from "../../static/frame/sentences.js";

const CASES = [
  ["您好。运费怎么算？看这里！", ["您好。", "运费怎么算？", "看这里！"]],
  ["第一；第二……然后", ["第一；", "第二……", "然后"]],
  ["她说：“好的。”然后走了。", ["她说：“好的。”", "然后走了。"]],
  ["「はい。」と言った。送料は無料です。", ["「はい。」", "と言った。", "送料は無料です。"]],
  ["배송비는 무료입니다. 더 궁금한 점이 있나요?", ["배송비는 무료입니다.", "더 궁금한 점이 있나요?"]],
  ["It costs $3.50 today. Ask us!", ["It costs $3.50 today.", "Ask us!"]],
  ['She said "yes." Then she left.', ['She said "yes."', "Then she left."]],
  ["Large things, e.g. lamps, go by freight. See www.shop.example for more.",
    ["Large things, e.g. lamps, go by freight.", "See www.shop.example for more."]],
  ["Ask Dr. Heron, i.e. J. Heron. She knows.", ["Ask Dr. Heron, i.e. J. Heron.", "She knows."]],
  ["Really?! Yes... No", ["Really?!", "Yes...", "No"]],
  ["هل هذا صحيح؟ نعم. شكرا", ["هل هذا صحيح؟", "نعم.", "شكرا"]],
  ["", []],
  ["   ", []],
];

for (const [text, sentences] of CASES) {
  test(`sentences of “${text}”`, () => {
    assert.deepEqual(sentencesOf(text, false), sentences);
  });
}

test("what may go on is no sentence yet", () => {
  assert.deepEqual(sentencesOf("One. Two is", true), ["One."]);
  assert.deepEqual(sentencesOf("It costs 3.", true), []);
  assert.deepEqual(sentencesOf("好。然后", true), ["好。"]);
});

test("a text that grows gives each sentence once", () => {
  const text = "您好。It costs $3.50 today. Ask Dr. Heron! 好的？再见";
  let heard = [];
  for (let length = 0; length <= text.length; length += 1) {
    const sentences = sentencesOf(text.slice(0, length), true);
    assert.deepEqual(sentences.slice(0, heard.length), heard);
    heard = sentences;
  }
  assert.deepEqual(sentencesOf(text, false), [...heard, "再见"]);
});
