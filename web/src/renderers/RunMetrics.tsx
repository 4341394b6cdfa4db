/** All metrics of a run, by the task and the artifact that they are of. */
import { Anchor, Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ArtifactNode, Graph } from "@/api/client";
import { artifactQuery } from "@/api/queries";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { ArtifactView } from "./ArtifactView";

export function RunMetrics({ runId, graph }: { runId: string; graph: Graph }) {
  const nodes = graph.artifacts.filter((node) => node.artifact_id && (isMetrics(node) || isHistory(node)));
  if (!nodes.length)
    return (
      <Empty title="No metrics yet">
        A component logs metrics to an output of the type <code>Metrics</code> or <code>ClassificationMetrics</code>.
      </Empty>
    );
  return (
    <Stack gap="xl" maw="60rem">
      {nodes.map((node) => (
        <Stack key={node.id} gap="xs" component="section">
          <Title order={2} size="h5">
            <Anchor
              inherit
              renderRoot={(rest) => <Link {...rest} to="/runs/$runId" params={{ runId }} search={{ node: node.id }} />}
            >
              {node.producer} / {node.name}
            </Anchor>
          </Title>
          <Shown id={node.artifact_id} runId={runId} />
        </Stack>
      ))}
    </Stack>
  );
}

function Shown({ id, runId }: { id: string; runId: string }) {
  const found = useQuery(artifactQuery(id));
  if (found.error) return <Failure error={found.error} what="These metrics" retry={() => found.refetch()} />;
  return found.data ? <ArtifactView artifact={found.data} runId={runId} /> : <Skeleton height={160} />;
}

function isMetrics(node: ArtifactNode): boolean {
  return node.type.endsWith("Metrics");
}

function isHistory(node: ArtifactNode): boolean {
  return node.scalars.kind === "history";
}
