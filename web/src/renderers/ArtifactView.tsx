/** What an artifact holds, shown as what it is. */
import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import type { ArtifactRecord } from "@/api/client";
import { contentUrl, previewQuery } from "@/api/queries";
import { bytes } from "@/format/numbers";
import { Boundary, Failure } from "@/parts/Failure";
import type { CellChoice } from "./MetricsView";
import { useSiblings } from "./useSiblings";

const MetricsView = lazy(() => import("./MetricsView").then((found) => ({ default: found.MetricsView })));
const TableView = lazy(() => import("./TableView").then((found) => ({ default: found.TableView })));
const TextView = lazy(() => import("./TextView").then((found) => ({ default: found.TextView })));
const OnnxView = lazy(() => import("./OnnxView").then((found) => ({ default: found.OnnxView })));
const FolderView = lazy(() => import("./FolderView").then((found) => ({ default: found.FolderView })));
const ImageView = lazy(() => import("./ImageView").then((found) => ({ default: found.ImageView })));

export function ArtifactView(
  props: {
    artifact: ArtifactRecord;
    /** A file in an artifact that is a folder. */
    path?: string;
    /** The run that it is looked at in. */
    runId?: string;
  } & CellChoice,
) {
  return (
    <Boundary what="The content">
      <Suspense fallback={<Skeleton height={160} />}>
        <Content {...props} />
      </Suspense>
    </Boundary>
  );
}

function Content({ artifact, path = "", runId, cell, onCell }: Parameters<typeof ArtifactView>[0]): ReactNode {
  const found = useQuery(previewQuery(artifact.id, path));
  const made = artifact.made_by.find((use) => use.run_id === runId) ?? artifact.made_by[0];
  const taken = artifact.reused_by.find((use) => use.run_id === runId);
  const maker = made?.run_id === runId ? made : (taken ?? made);
  const siblings = useSiblings(maker?.run_id ?? null, maker?.task_id ?? null);
  if (found.error) return <Failure error={found.error} what="The content" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={160} />;
  const preview = found.data;
  switch (preview.kind) {
    case "metrics":
      return <MetricsView found={preview} siblings={siblings} cell={cell} onCell={onCell} />;
    case "table":
      return <TableView artifact={artifact} found={preview} />;
    case "text":
      return <TextView artifact={artifact} path={path} found={preview} />;
    case "onnx":
      return <OnnxView found={preview} />;
    case "folder":
      return <FolderView artifact={artifact} found={preview} />;
    case "image":
      return <ImageView src={contentUrl(artifact.id, path)} name={path || artifact.name} />;
    case "none":
      return (
        <Stack align="start" gap="xs">
          <Text size="sm">
            No preview: {preview.reason}
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
