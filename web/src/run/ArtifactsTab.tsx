import { Anchor, Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Graph } from "@/api/client";
import { bytes } from "@/format/numbers";
import { factWords, typeWord } from "@/graph/facts";
import { ArtifactIcon } from "@/graph/looks";
import { Digest } from "@/parts/Copy";
import { Empty } from "@/parts/Empty";

type Props = { graph: Graph; selected: string | undefined; onSelect: (node: string) => void };

/** A run's artifacts as a table. */
export function ArtifactsTab({ graph, selected, onSelect }: Props) {
  const made = graph.artifacts.filter((artifact) => artifact.made > 0);
  if (!made.length)
    return <Empty title="No artifacts yet">What the tasks make appears here as soon as it is made.</Empty>;
  return (
    <Table highlightOnHover stickyHeader>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Artifact</Table.Th>
          <Table.Th scope="col">Type</Table.Th>
          <Table.Th scope="col">Made by</Table.Th>
          <Table.Th scope="col">What is known</Table.Th>
          <Table.Th scope="col" ta="end">
            Size
          </Table.Th>
          <Table.Th scope="col">Digest</Table.Th>
          <Table.Th scope="col">Page</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {made.map((artifact) => (
          <Table.Tr key={artifact.id} bg={artifact.id === selected ? "var(--mantine-primary-color-light)" : undefined}>
            <Table.Th scope="row">
              <Anchor component="button" type="button" size="sm" onClick={() => onSelect(artifact.id)}>
                {artifact.name}
              </Anchor>
            </Table.Th>
            <Table.Td style={{ whiteSpace: "nowrap" }}>
              <ArtifactIcon artifact={artifact} size={15} /> {typeWord(artifact.type)}
            </Table.Td>
            <Table.Td>{artifact.producer || <span className="muted">outside</span>}</Table.Td>
            <Table.Td>{factWords(artifact) || <span className="muted">–</span>}</Table.Td>
            <Table.Td className="number" ta="end" title={artifact.size === null ? undefined : `${artifact.size} bytes`}>
              {artifact.size === null ? <span className="muted">–</span> : bytes(artifact.size)}
            </Table.Td>
            <Table.Td>
              <Digest digest={artifact.digest} />
            </Table.Td>
            <Table.Td>
              {artifact.artifact_id && (
                <Anchor
                  size="sm"
                  aria-label={`Open ${artifact.name}`}
                  renderRoot={(rest) => (
                    <Link {...rest} to="/artifacts/$artifactId" params={{ artifactId: artifact.artifact_id }} />
                  )}
                >
                  Open
                </Anchor>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
