/** What an artifact holds, shown as what it is. */
import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import type { ArtifactRecord } from "@/api/client";
import { contentUrl, previewQuery } from "@/api/queries";
import { bytes } from "@/format/numbers";
import { Boundary, Failure } from "@/parts/Failure";
import { ClassCounts } from "./ClassCounts";
import { countsIn } from "./classes";
import type { FileChoice } from "./FolderView";
import type { CellChoice } from "./MetricsView";
import { useSiblings } from "./useSiblings";

const MetricsView = lazy(() => import("./MetricsView").then((found) => ({ default: found.MetricsView })));
const TableView = lazy(() => import("./TableView").then((found) => ({ default: found.TableView })));
const TextView = lazy(() => import("./TextView").then((found) => ({ default: found.TextView })));
const CheckpointView = lazy(() => import("./CheckpointView").then((found) => ({ default: found.CheckpointView })));
const OnnxView = lazy(() => import("./OnnxView").then((found) => ({ default: found.OnnxView })));
const FolderView = lazy(() => import("./FolderView").then((found) => ({ default: found.FolderView })));
const ImageView = lazy(() => import("./ImageView").then((found) => ({ default: found.ImageView })));

/** Bytes of a text that are given at the most. */
const LARGEST = 16 << 20;

/** Why there is nothing to be seen of what is recorded. */
const ABSENT: Partial<Record<ArtifactRecord["place"], string>> = {
  gone: "The record has this artifact, but its file is no longer there. Run the task that made it again, without the cache, to have it anew.",
  elsewhere: "Its content is elsewhere on this machine, outside of what is kept for runs, and is not shown here.",
};

export function ArtifactView(
  props: {
    artifact: ArtifactRecord;
    /** A file in an artifact that is a folder. */
    path?: string;
    /** The run that it is looked at in. */
    runId?: string;
  } & CellChoice &
    FileChoice,
) {
  return (
    <Boundary what="The content">
      <Suspense fallback={<Skeleton height={160} />}>
        <Stack gap="md">
          {!props.path && <Classes metadata={props.artifact.metadata} />}
          <Content {...props} />
        </Stack>
      </Suspense>
    </Boundary>
  );
}

/** What a dataset says of its classes. */
function Classes({ metadata }: { metadata: Record<string, unknown> }) {
  const found = countsIn(metadata);
  return found ? <ClassCounts of={found.of} counts={found.counts} /> : null;
}

function Content(props: Parameters<typeof ArtifactView>[0]): ReactNode {
  const absent = /Metrics$/.test(props.artifact.type) ? undefined : ABSENT[props.artifact.place];
  return absent ? <Text size="sm">{absent}</Text> : <Preview {...props} />;
}

function Preview({
  artifact,
  path = "",
  runId,
  cell,
  onCell,
  file,
  onFile,
}: Parameters<typeof ArtifactView>[0]): ReactNode {
  const [limit, setLimit] = useState<number>();
  const found = useQuery({ ...previewQuery(artifact.id, path, limit), placeholderData: (before) => before });
  const made = artifact.made_by.find((use) => use.run_id === runId) ?? artifact.made_by[0];
  const taken = artifact.reused_by.find((use) => use.run_id === runId);
  const maker = made?.run_id === runId ? made : (taken ?? made);
  const siblings = useSiblings(maker?.run_id ?? null, maker?.task_id ?? null);
  if (found.error) return <Failure error={found.error} what="The content" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={160} />;
  const preview = found.data;
  switch (preview.kind) {
    case "metrics":
      return <MetricsView name={artifact.name} found={preview} siblings={siblings} cell={cell} onCell={onCell} />;
    case "table":
      return <TableView artifact={artifact} path={path} found={preview} />;
    case "text":
      return (
        <TextView
          artifact={artifact}
          path={path}
          found={preview}
          onMore={limit === undefined ? () => setLimit(LARGEST) : undefined}
        />
      );
    case "onnx":
      return <OnnxView found={preview} />;
    case "checkpoint":
      return <CheckpointView found={preview} />;
    case "folder":
      return <FolderView artifact={artifact} file={file} onFile={onFile} />;
    case "image":
      return <ImageView src={contentUrl(artifact.id, path)} name={path || artifact.name} size={preview.size} />;
    case "none":
      return (
        <Stack align="start" gap="xs">
          <Text size="sm">
            {preview.reason.charAt(0).toUpperCase() + preview.reason.slice(1)}
            {preview.size === null ? "" : ` (${bytes(preview.size)})`}.
          </Text>
          {preview.size !== null && artifact.place === "here" && (
            <Button size="compact-sm" variant="default" component="a" href={contentUrl(artifact.id, path, true)}>
              Download
            </Button>
          )}
        </Stack>
      );
  }
}
