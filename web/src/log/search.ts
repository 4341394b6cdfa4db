/** What the address says of a log. Pure. */
import { type Given, textIn } from "@/parts/search";

export type LogSearch = {
  /** What is sought in it. */
  find?: string;
  /** The line that one stands at: where it begins in the log, in bytes. */
  place?: number;
  /** Counted from 1; the last one if left out. */
  attempt?: number;
};

export const logSearch = (given: Given): LogSearch => ({
  find: textIn(given, "find"),
  place: wholeIn(given, "place", 0),
  attempt: wholeIn(given, "attempt", 1),
});

/** A log that nothing is said of: another task's. */
export const NO_LOG: LogSearch = { find: undefined, place: undefined, attempt: undefined };

function wholeIn(given: Given, name: string, least: number): number | undefined {
  const value = Number(textIn(given, name) ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= least ? value : undefined;
}
