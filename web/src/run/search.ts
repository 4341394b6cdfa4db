import { type LogSearch, logSearch, NO_LOG } from "@/log/search";
import { type Given, oneOf, textIn } from "@/parts/search";
import { type MetricsSearch, metricsSearch } from "@/renderers/search";
import { type TasksSearch, tasksSearch } from "@/task/search";
import { type TimelineSearch, timelineSearch } from "@/timeline/search";

export const TABS = ["graph", "timeline", "tasks", "metrics", "artifacts", "details"] as const;
export type RunTab = (typeof TABS)[number];

/** With what stands in the address of its log, its metrics, its tasks and its timeline. */
export type RunSearch = LogSearch &
  MetricsSearch &
  TasksSearch &
  TimelineSearch & {
    tab?: RunTab;
    /** The selected node of the graph: a task's path, or `path:output` of an artifact. */
    node?: string;
    /** Which part of the side panel is shown. */
    panel?: string;
    /** The path of the group that the graph is of. */
    within?: string;
    /** A cell of the confusion matrix whose photos are shown: `TRUE,PREDICTED` by number. */
    cell?: string;
  };

export const runSearch = (given: Given): RunSearch => ({
  tab: oneOf(given, "tab", TABS),
  node: textIn(given, "node"),
  panel: textIn(given, "panel"),
  within: textIn(given, "within"),
  cell: textIn(given, "cell"),
  ...logSearch(given),
  ...metricsSearch(given),
  ...tasksSearch(given),
  ...timelineSearch(given),
});

/** The address at another node: nothing of the log and the matrix of the one before. */
export const atNode = (node: string | undefined) => ({ node, cell: undefined, ...NO_LOG });
