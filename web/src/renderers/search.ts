import { type Given, textIn } from "@/parts/search";
import { chosenIn } from "./directions";

export type MetricsSearch = {
  /** The path of the turn of a loop whose artifacts are shown. */
  turn?: string;
  /** The column that turns are sorted by, `-` before it for the largest first. */
  by?: string;
  /** Which values of a metric are better, where somebody has chosen: `loss:lower,photos:neither`. */
  better?: string;
};

export const metricsSearch = (given: Given): MetricsSearch => ({
  turn: textIn(given, "turn"),
  by: textIn(given, "by"),
  better: chosenIn(given, "better"),
});
