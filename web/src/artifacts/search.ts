import { type Given, oneOf, textIn } from "@/parts/search";

export const ARTIFACT_TABS = ["content", "lineage"] as const;

export type ArtifactsSearch = { q?: string; type?: string };
export type ArtifactSearch = {
  tab?: (typeof ARTIFACT_TABS)[number];
  /** A cell of the confusion matrix whose photos are shown: `TRUE,PREDICTED` by number. */
  cell?: string;
  /** The path of the file that is open, in an artifact that is a folder. */
  file?: string;
};

export const artifactsSearch = (given: Given): ArtifactsSearch => ({
  q: textIn(given, "q"),
  type: textIn(given, "type"),
});
export const artifactSearch = (given: Given): ArtifactSearch => ({
  tab: oneOf(given, "tab", ARTIFACT_TABS),
  cell: textIn(given, "cell"),
  file: textIn(given, "file"),
});
