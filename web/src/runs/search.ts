/** What the address says of a list of runs; also on the screens that hold such a list. Pure. */
import { flagIn, type Given, listIn, textIn } from "@/parts/search";

export type RunsSearch = {
  q?: string;
  /** States, with commas between them. */
  state?: string;
  /** A pipeline's name. */
  pipeline?: string;
  /** An experiment's id. */
  experiment?: string;
  archived?: boolean;
  /** Conditions, such as `metric:eval/metrics/f1>=0.8` or `param:epochs>10`. */
  where?: string[];
  /** `param:NAME` and `metric:TASK/ARTIFACT/KEY`; none in the address: those that are suggested. */
  columns?: string[];
  /** A field, with ` desc` for the largest first. */
  sort?: string;
  /** Ids of the runs that are selected, with commas between them. */
  selected?: string;
};

export const runsSearch = (given: Given): RunsSearch => ({
  q: textIn(given, "q"),
  state: listIn(given, "state").join(",") || undefined,
  pipeline: textIn(given, "pipeline"),
  experiment: textIn(given, "experiment"),
  archived: flagIn(given, "archived"),
  where: textsIn(given, "where", true),
  columns: textsIn(given, "columns", false),
  sort: textIn(given, "sort"),
  selected: [...new Set(listIn(given, "selected"))].join(",") || undefined,
});

function textsIn(given: Given, name: string, full: boolean): string[] | undefined {
  const value = given[name];
  const texts = (Array.isArray(value) ? value : []).filter((each): each is string => typeof each === "string");
  if (Array.isArray(value) && (texts.length || !full)) return texts;
  return typeof value === "string" && value ? [value] : undefined;
}
