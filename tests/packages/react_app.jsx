// A React application with the chat, as a developer would write it. The test drives it by `app`.
import { Chatdock, useChatdock } from "@chatdock/react";
import { StrictMode, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

const { src, beta } = window.given;
const heard = (window.heard = []);

function Asking() {
  const { send } = useChatdock(src);
  return <button onClick={() => send("How much is postage?")}>Ask about postage</button>;
}

function Application() {
  const [state, setState] = useState({ page: "one" });
  const place = useRef(null);
  const [clicks, setClicks] = useState(0);
  window.app = (changes) => setState((before) => ({ ...before, ...changes }));
  const { page, text, open, isTwice, inline, isGone, hasBeta, vetoes, context, token, knows, listens } = state;
  const chat = (key) => (
    <Chatdock
      key={key}
      src={src}
      open={open}
      options={{ ui: { asstBtn: { text: text || "" }, chatBot: { onBeforeShow: () => !vetoes } } }}
      context={page === "bare" ? undefined : context}
      userToken={page === "bare" ? undefined : knows ? () => Promise.resolve(token) : token}
      onClose={listens ? () => heard.push("close") : undefined}
      onReady={() => heard.push("ready")}
      onMessage={() => heard.push(`message ${clicks}`)}
      onAnswer={() => heard.push("answer")}
    />
  );
  return (
    <main>
      <h1>Page {page}</h1>
      <button onClick={() => setClicks(clicks + 1)}>Clicked {clicks}</button>
      <Asking />
      <div ref={place} style={{ height: 400 }} />
      {isGone || (page === "one" ? <section>{chat(page)}</section> : <article>{chat(page)}</article>)}
      {isTwice && chat("c")}
      {hasBeta && (
        <Chatdock
          src={beta}
          el={inline && place}
          onOpen={() => heard.push("beta open")}
          onError={({ code }) => heard.push(`beta error ${code}`)}
        />
      )}
    </main>
  );
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <Application />
  </StrictMode>,
);
