import { type Given, oneOf, textIn } from "@/parts/search";
import { type RunsSearch, runsSearch } from "@/runs/search";

export const TABS = ["graph", "parameters", "yaml", "runs"] as const;
export type PipelineTab = (typeof TABS)[number];

export type PipelinesSearch = { q?: string };
/** With what the list of its runs says. */
export type PipelineSearch = RunsSearch & {
  /** The newest if left out. */
  version?: string;
  tab?: PipelineTab;
  /** The selected node of the graph. */
  node?: string;
};

export const pipelinesSearch = (given: Given): PipelinesSearch => ({ q: textIn(given, "q") });
export const pipelineSearch = (given: Given): PipelineSearch => ({
  ...runsSearch(given),
  version: textIn(given, "version"),
  tab: oneOf(given, "tab", TABS),
  node: textIn(given, "node"),
});
