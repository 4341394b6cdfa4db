/** An artifact beside the graph, under its name: what it holds first, then what is recorded of it. */
import { Anchor, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { artifactQuery } from "@/api/queries";
import { typeWord } from "@/graph/facts";
import { Failure } from "@/parts/Failure";
import { ArtifactView } from "@/renderers/ArtifactView";
import { ArtifactFacts } from "./ArtifactFacts";
import { Uses } from "./Uses";

export function ArtifactPanel(props: {
  artifactId: string;
  runId?: string;
  cell?: string;
  onCell(cell?: string): void;
}) {
  const { artifactId, runId, cell, onCell } = props;
  const found = useQuery(artifactQuery(artifactId));
  if (found.error) return <Failure error={found.error} what="The artifact" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={300} />;
  const artifact = found.data;
  return (
    <Stack gap="md">
      <Group gap="xs" wrap="nowrap" justify="space-between">
        <Text size="sm" className="muted">
          {typeWord(artifact.type)}
        </Text>
        <Group gap="sm">
          <Anchor
            size="sm"
            renderRoot={(rest) => <Link {...rest} to="/artifacts/$artifactId" params={{ artifactId }} />}
          >
            On its own page
          </Anchor>
          <Anchor
            size="sm"
            renderRoot={(rest) => (
              <Link {...rest} to="/artifacts/$artifactId" params={{ artifactId }} search={{ tab: "lineage" }} />
            )}
          >
            Lineage
          </Anchor>
        </Group>
      </Group>
      <ArtifactView artifact={artifact} runId={runId} cell={cell} onCell={onCell} />
      <ArtifactFacts artifact={artifact} />
      <Uses artifact={artifact} />
    </Stack>
  );
}
