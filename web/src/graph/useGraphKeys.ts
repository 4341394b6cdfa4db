import { type RefObject, useEffect, useRef } from "react";
import { useSingleKeys } from "@/shell/useKeys";
import type { Direction } from "./walk";

export type GraphKeys = {
  move: (from: string, to: Direction) => void;
  fit: () => void;
  artifacts: () => void;
  failed: () => void;
  open: (open: boolean) => void;
  close: (() => void) | undefined;
};

const ARROWS: Record<string, Direction> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

/** The graph's keys: the arrows where a node has the focus, the letters anywhere on the screen but where text is written. */
export function useGraphKeys(root: RefObject<HTMLElement | null>, keys: GraphKeys) {
  const latest = useRef(keys);
  latest.current = keys;
  const [single] = useSingleKeys();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const work = meaning(event, latest.current, root.current);
      if (!work || (!single && event.key.length === 1)) return;
      event.preventDefault();
      work();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [root, single]);
}

function meaning(event: KeyboardEvent, keys: GraphKeys, root: HTMLElement | null): (() => void) | undefined {
  const target = event.target as Element;
  const arrow = ARROWS[event.key];
  const node = root?.contains(target) && target.closest<HTMLElement>("[data-node]")?.dataset.node;
  if (arrow) return node ? () => keys.move(node, arrow) : undefined;
  switch (event.key) {
    case "f":
      return keys.fit;
    case "a":
      return keys.artifacts;
    case "e":
      return keys.failed;
    case "[":
      return () => keys.open(false);
    case "]":
      return () => keys.open(true);
    case "Escape":
      return document.querySelector("[role=dialog], [role=menu]") ? undefined : keys.close;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
