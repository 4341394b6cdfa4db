/** Keys, wherever the focus is. */
import { useLocalStorage } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { type Deed, deed, type Waiting } from "./keys";

/** Whether single keys do something: a choice of this browser's. */
export function useSingleKeys() {
  return useLocalStorage({ key: "barograph-single-keys", defaultValue: true, getInitialValueInEffect: false });
}

export function useKeys(open: (what: "palette" | "help") => void) {
  const navigate = useNavigate();
  const [single] = useSingleKeys();
  const waiting = useRef<Waiting>(null);
  const act = useRef<(what: Deed) => void>(() => {});
  act.current = (what) => {
    if (what.kind === "go") navigate({ to: what.to });
    else if (what.kind === "search") document.querySelector<HTMLElement>(SEARCH)?.focus();
    else open(what.kind);
  };
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const { key, ctrlKey, metaKey, altKey, target, timeStamp } = event;
      const found = deed(
        { key, ctrlKey, metaKey, altKey, typing: isTyping(target), at: timeStamp },
        waiting.current,
        single,
      );
      waiting.current = found.waiting;
      if (!found.deed) return;
      event.preventDefault();
      act.current(found.deed);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [single]);
}

/** The search of a screen, which says itself that it has the key. */
const SEARCH = '#content input[aria-keyshortcuts="/"]';
const FIELDS = 'input, textarea, select, [contenteditable="true"], [role="dialog"]';

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(FIELDS) !== null;
}
