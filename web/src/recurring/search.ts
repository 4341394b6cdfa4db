import { type Given, oneOf, textIn } from "@/parts/search";
import { type RunsSearch, runsSearch } from "@/runs/search";

export const TABS = ["runs", "parameters"] as const;
export type RecurringRunTab = (typeof TABS)[number];

export type RecurringRunsSearch = { q?: string };
/** With what the list of its runs says. */
export type RecurringRunSearch = RunsSearch & { tab?: RecurringRunTab };

export const recurringRunsSearch = (given: Given): RecurringRunsSearch => ({ q: textIn(given, "q") });
export const recurringRunSearch = (given: Given): RecurringRunSearch => ({
  ...runsSearch(given),
  tab: oneOf(given, "tab", TABS),
});
