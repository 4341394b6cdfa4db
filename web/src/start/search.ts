import { flagIn, type Given, textIn } from "@/parts/search";

export type StartSearch = {
  pipeline?: string;
  version?: string;
  /** The id of a run whose pipeline, parameters and options the form begins with. */
  clone?: string;
  /** The id of a recurring run whose values the form begins with. */
  from?: string;
  /** An experiment's id or name. */
  experiment?: string;
  /** Whether it is to be run again and again. */
  recurring?: boolean;
};

export const startSearch = (given: Given): StartSearch => ({
  pipeline: textIn(given, "pipeline"),
  version: textIn(given, "version"),
  clone: textIn(given, "clone"),
  from: textIn(given, "from"),
  experiment: textIn(given, "experiment"),
  recurring: flagIn(given, "recurring"),
});
