import { useEffect, useRef } from "react";
import { useSingleKeys } from "@/shell/useKeys";

export type RowKeys = {
  move: (by: 1 | -1) => void;
  select: () => void;
  compare: () => void;
};

/** `j`/`k` go through the rows, `x` selects, `c` compares; not while somebody writes. */
export function useRowKeys(keys: RowKeys) {
  const latest = useRef(keys);
  latest.current = keys;
  const [single] = useSingleKeys();
  useEffect(() => {
    if (!single) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const at = event.target as HTMLElement;
      if (at.matches("textarea, select, input:not([type=checkbox]), [contenteditable=true]")) return;
      if (at.closest("[role=dialog], [role=listbox], [role=menu]")) return;
      const { move, select, compare } = latest.current;
      const work = { j: () => move(1), k: () => move(-1), x: select, c: compare }[event.key];
      if (!work) return;
      event.preventDefault();
      work();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [single]);
}
