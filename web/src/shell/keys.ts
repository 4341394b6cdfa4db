/** What single keys do. Pure. */

export type Deed =
  | { kind: "palette" }
  | { kind: "help" }
  | { kind: "search" }
  | { kind: "go"; to: (typeof GO)[keyof typeof GO]["to"] };

export const GO = {
  h: { to: "/", label: "Home" },
  r: { to: "/runs", label: "Runs" },
  p: { to: "/pipelines", label: "Pipelines" },
  e: { to: "/experiments", label: "Experiments" },
  s: { to: "/recurring-runs", label: "Recurring runs" },
  a: { to: "/artifacts", label: "Artifacts" },
} as const;

/** How long `g` waits for its letter, in milliseconds. */
const PAUSE = 1500;

export type Pressed = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; typing: boolean; at: number };
/** When `g` was pressed; null where it was not. */
export type Waiting = number | null;

/**
 * What a key means, and whether the next one is `g`'s. In a field, and where single keys are switched off, only the
 * palette's does anything (WCAG 2.1.4).
 */
export function deed(pressed: Pressed, waiting: Waiting, single: boolean): { deed: Deed | null; waiting: Waiting } {
  const { key, ctrlKey, metaKey, altKey, typing, at } = pressed;
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === "k") return { deed: { kind: "palette" }, waiting: null };
  if (ctrlKey || metaKey || altKey || typing || !single) return { deed: null, waiting: null };
  if (waiting !== null && at - waiting < PAUSE && key in GO)
    return { deed: { kind: "go", to: GO[key as keyof typeof GO].to }, waiting: null };
  if (key === "g") return { deed: null, waiting: at };
  if (key === "?") return { deed: { kind: "help" }, waiting: null };
  if (key === "/") return { deed: { kind: "search" }, waiting: null };
  return { deed: null, waiting: null };
}
