import { flagIn, type Given, listIn, oneOf, textIn } from "@/parts/search";
import { chosenIn } from "@/renderers/directions";

export const TABS = ["overview", "parameters", "metrics", "curves", "confusion", "artifacts", "graph"] as const;
export type CompareTab = (typeof TABS)[number];

export type CompareSearch = {
  /** Ids with commas between them; the first is the base. */
  runs?: string;
  tab?: CompareTab;
  /** Whether also what is the same in all runs is shown. */
  all?: boolean;
  /** What a metric's name holds. */
  q?: string;
  /** Which values of a metric are better, where somebody has chosen: `loss:lower,photos:neither`. */
  better?: string;
  /** The node of the graph of which is shown why it differs. */
  node?: string;
};

export const compareSearch = (given: Given): CompareSearch => ({
  runs: [...new Set(listIn(given, "runs"))].join(",") || undefined,
  tab: oneOf(given, "tab", TABS),
  all: flagIn(given, "all"),
  q: textIn(given, "q"),
  better: chosenIn(given, "better"),
  node: textIn(given, "node"),
});
