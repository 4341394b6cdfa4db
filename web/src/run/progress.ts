/** How far a run is, of the states of its tasks. Pure. */
import type { State } from "@/api/client";
import { ENDED } from "@/parts/State";

export type Progress = { done: number; total: number; cached: number };

export function progress(states: Readonly<Record<string, number>>): Progress {
  const found: Progress = { done: 0, total: 0, cached: states.CACHED ?? 0 };
  for (const [state, count] of Object.entries(states)) {
    found.total += count;
    if (ENDED.has(state as State)) found.done += count;
  }
  return found;
}
