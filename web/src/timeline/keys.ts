/** What keys do at a row of a timeline. Pure. */
import type { Shown } from "./geometry";

export type Deed = "select" | "turn" | "next" | "before" | "first" | "last" | "parent" | Seen;
/** What changes what is seen of the run. */
type Seen = "nearer" | "farther" | "whole" | "left" | "right";

const ANYWHERE: Record<string, Deed> = {
  Enter: "select",
  " ": "select",
  ArrowDown: "next",
  ArrowUp: "before",
  Home: "first",
  End: "last",
  "+": "nearer",
  "-": "farther",
  "0": "whole",
};

/** `←` closes a group, or goes to the one around; `→` opens it, or goes on; with Shift they move what is seen. */
export function deedOf({ key, shiftKey }: { key: string; shiftKey: boolean }, shown: Shown): Deed | undefined {
  if (key === "ArrowLeft") return shiftKey ? "left" : shown.open ? "turn" : "parent";
  if (key === "ArrowRight") return shiftKey ? "right" : shown.group && !shown.open ? "turn" : "next";
  return ANYWHERE[key];
}

/** The number of the row that a deed goes to; undefined where it goes to none. */
export function goneTo(deed: Deed, rows: readonly Shown[], number: number): number | undefined {
  const to = {
    next: number + 1,
    before: number - 1,
    first: 0,
    last: rows.length - 1,
    parent: rows.findIndex((other) => other.row.path === rows[number]?.row.parent),
  }[deed as string];
  return to === undefined ? undefined : Math.min(rows.length - 1, Math.max(0, to));
}
