// What a developer may write, and what the types must not let pass; tsc reads it, nothing runs it.
import { Chatdock, useChatdock } from "@chatdock/react";
import type { Options } from "@chatdock/react";
import { useRef } from "react";

const src = "https://chat.example.com/embed/acme.js";
const options: Options = { ui: { asstBtn: { position: "left" }, theme: { accent: "#0a7" } } };

export function Page() {
  const place = useRef<HTMLDivElement>(null);
  const { open, close, toggle, send, set, context, identify } = useChatdock("acme");

  async function ask() {
    const { message } = await send("How much is postage?", { open: false, newConversation: true });
    const states: Array<boolean | undefined> = [await open(), await close(), await toggle(), await identify(null)];
    const warnings: string[] | undefined = await set(options);
    await context({ sku: "A-7" });
    return [message, states, warnings];
  }

  return (
    <div ref={place} onClick={ask}>
      <Chatdock src={src} />
      <Chatdock
        key="all"
        src={src}
        userToken={async () => "token"}
        options={options}
        context={{ sku: "A-7" }}
        open
        el={place}
        nonce="n"
        onReady={() => {}}
        onMessage={(detail) => detail.text}
        onUnread={({ count }) => count + 1}
        onTool={({ name, arguments: given }) => ({ name, given })}
        onError={({ code }) => code.length}
      />
      {/* @ts-expect-error without an address there is no chat */}
      <Chatdock />
      {/* @ts-expect-error not one of its properties */}
      <Chatdock src={src} colour="#0a7" />
      {/* @ts-expect-error a context is text by name */}
      <Chatdock src={src} context={{ count: 2 }} />
      {/* @ts-expect-error a number has no places */}
      <Chatdock src={src} onUnread={({ count }) => count.x} />
      {/* @ts-expect-error no such corner */}
      <Chatdock src={src} options={{ ui: { asstBtn: { position: "middle" } } }} />
      {/* @ts-expect-error an answer has no colour */}
      <Chatdock src={src} onAnswer={({ colour }) => colour} />
      {/* @ts-expect-error opens or does not */}
      <Chatdock src={src} open="yes" />
    </div>
  );
}

export function Mistakes() {
  const calls = useChatdock();
  // @ts-expect-error a question is text
  calls.send(42);
  // @ts-expect-error no such call
  calls.hide();
  // @ts-expect-error an object
  calls.set("left");
  return null;
}
