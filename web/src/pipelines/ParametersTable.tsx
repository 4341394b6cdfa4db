/** The parameters that a version takes. */
import { Skeleton, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { PipelineParameter } from "@/api/client";
import { written } from "@/format/numbers";
import { Failure } from "@/parts/Failure";
import { parametersQuery } from "./queries";

export function ParametersTable({ pipelineId, versionId }: { pipelineId: string; versionId: string }) {
  const { data, error, refetch } = useQuery(parametersQuery(pipelineId, versionId));
  if (error) return <Failure error={error} what="The parameters" retry={refetch} />;
  if (!data) return <Skeleton height={240} aria-label="Loading" />;
  if (!data.length) return <Text className="muted">It takes no parameters.</Text>;
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table className="card" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {["Name", "Type", "Default", "Description"].map((title) => (
              <Table.Th key={title} scope="col">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map((each) => (
            <Table.Tr key={each.name}>
              <Table.Th scope="row" className="mono">
                {each.name}
              </Table.Th>
              <Table.Td className="mono">{each.type}</Table.Td>
              <Table.Td maw={260} style={{ overflowWrap: "anywhere" }}>
                <Default of={each} />
              </Table.Td>
              <Table.Td>
                {each.description}
                {each.literals.length > 0 && (
                  <Text size="sm" className="muted">
                    One of {each.literals.map(written).join(", ")}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Default({ of }: { of: PipelineParameter }) {
  if (of.required) return <strong>required</strong>;
  if (of.default === null) return <span className="muted">may be left out</span>;
  if (of.default === "") return <span className="muted">empty text</span>;
  return <span className="mono">{written(of.default)}</span>;
}
