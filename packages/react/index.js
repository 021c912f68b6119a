"use client";
// The chat of a Chatdock server in a React application: one tag, however often it is mounted.
import { useEffect, useMemo, useRef } from "react";

import { hold } from "./hold.js";
import { callsOf } from "./tag.js";

/**
 * @param {import("./index.js").ChatdockProps} props
 * @returns {null}
 */
export function Chatdock(props) {
  const held = useRef(/** @type {import("./hold.js").Hold | null} */ (null));
  const { src } = props;
  useEffect(() => {
    const mine = hold(src, props);
    held.current = mine;
    return () => mine.release();
    // The rest of the properties is told below, whenever one changes.
  }, [src]);
  useEffect(() => held.current?.update(props));
  return null;
}

/** @param {string} [site] */
export function useChatdock(site) {
  return useMemo(() => callsOf(site), [site]);
}
