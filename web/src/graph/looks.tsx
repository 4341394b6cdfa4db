/** Which icon stands for which kind of task and type of artifact; `data-type` gives the colour in Graph.module.css. */
import {
  IconChartBar,
  IconDatabase,
  IconFile,
  IconFileImport,
  IconFileTypeHtml,
  IconGitBranch,
  IconGridDots,
  IconHexagons,
  IconMarkdown,
  IconPhoto,
  IconRepeat,
  IconRotateClockwise,
  IconSitemap,
  IconTerminal2,
} from "@tabler/icons-react";
import type { ArtifactNode, TaskNode } from "@/api/client";
import { typeWord } from "./facts";

const TASKS: Record<TaskNode["kind"], typeof IconFile> = {
  RUNTIME: IconTerminal2,
  IMPORTER: IconFileImport,
  DAG: IconSitemap,
  LOOP: IconRepeat,
  ITERATION: IconRotateClockwise,
  CONDITION: IconGitBranch,
};

const ARTIFACTS: Record<string, typeof IconFile> = {
  Dataset: IconDatabase,
  Model: IconHexagons,
  Metrics: IconChartBar,
  ClassificationMetrics: IconGridDots,
  SlicedClassificationMetrics: IconGridDots,
  HTML: IconFileTypeHtml,
  Markdown: IconMarkdown,
};

export function TaskIcon({ kind, size = 18 }: { kind: TaskNode["kind"]; size?: number }) {
  const Icon = TASKS[kind];
  return <Icon size={size} aria-hidden />;
}

export function ArtifactIcon({
  artifact,
  size = 18,
}: {
  artifact: Pick<ArtifactNode, "type" | "media_type">;
  size?: number;
}) {
  const Icon = ARTIFACTS[typeWord(artifact.type)] ?? (artifact.media_type.startsWith("image/") ? IconPhoto : IconFile);
  return <Icon size={size} aria-hidden />;
}
