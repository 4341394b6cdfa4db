import { type Given, oneOf, textIn } from "@/parts/search";

export const ARTIFACT_TABS = ["content", "lineage"] as const;

export type ArtifactsSearch = { q?: string; type?: string };
export type ArtifactSearch = { tab?: (typeof ARTIFACT_TABS)[number]; cell?: string };

export const artifactsSearch = (given: Given): ArtifactsSearch => ({
  q: textIn(given, "q"),
  type: textIn(given, "type"),
});
export const artifactSearch = (given: Given): ArtifactSearch => ({
  tab: oneOf(given, "tab", ARTIFACT_TABS),
  cell: textIn(given, "cell"),
});
