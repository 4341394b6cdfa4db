import { flagIn, type Given, oneOf, textIn } from "@/parts/search";

export const TABS = ["runs", "charts", "parallel"] as const;
export type ExperimentTab = (typeof TABS)[number];

export type ExperimentsSearch = { q?: string; archived?: boolean };
/** `metric` is the one that is charted; what the runs' list is asked for stands beside it (runs/search). */
export type ExperimentSearch = { tab?: ExperimentTab; metric?: string };

export const experimentsSearch = (given: Given): ExperimentsSearch => ({
  q: textIn(given, "q"),
  archived: flagIn(given, "archived"),
});
export const experimentSearch = (given: Given): ExperimentSearch => ({
  tab: oneOf(given, "tab", TABS),
  metric: textIn(given, "metric"),
});
