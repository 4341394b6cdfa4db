/** The artifacts of all runs. */
import { Anchor, Group, NativeSelect, Skeleton, Table } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, body, type ListedArtifact } from "@/api/client";
import { bytes } from "@/format/numbers";
import { typeWord } from "@/graph/facts";
import { ArtifactIcon } from "@/graph/looks";
import { Digest } from "@/parts/Copy";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { More } from "@/parts/More";
import { Page } from "@/parts/Page";
import { SearchField } from "@/parts/SearchField";
import { Time } from "@/parts/Time";

const route = getRouteApi("/artifacts");
const TYPES = [
  ...["Dataset", "Model", "Metrics", "ClassificationMetrics", "SlicedClassificationMetrics"],
  ...["HTML", "Markdown", "Artifact"],
];

export function ArtifactsPage() {
  const { q = "", type = "" } = route.useSearch();
  const go = route.useNavigate();
  return (
    <Page title="Artifacts">
      <Group gap="sm">
        <SearchField
          label="Search artifacts by name"
          value={q}
          onChange={(next) => go({ search: (old) => ({ ...old, q: next }), replace: true })}
        />
        <NativeSelect
          aria-label="Type"
          value={type}
          onChange={(event) => {
            const given = event.currentTarget.value;
            go({ search: (old) => ({ ...old, type: given || undefined }) });
          }}
          data={[{ value: "", label: "All types" }, ...TYPES.map((each) => ({ value: `system.${each}`, label: each }))]}
        />
      </Group>
      <Found q={q} type={type} />
    </Page>
  );
}

function Found({ q, type }: { q: string; type: string }) {
  const found = useInfiniteQuery({
    queryKey: ["artifacts", q, type],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/apis/barograph/v1/artifacts", {
          params: { query: { q, type, page_size: 50, page_token: pageParam } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
  if (found.error) return <Failure error={found.error} what="The artifacts" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={320} />;
  const rows = found.data.pages.flatMap((page) => page.artifacts);
  if (!rows.length)
    return q || type ? (
      <Empty title="No artifact is like that">Another part of the name, or all types, may find it.</Empty>
    ) : (
      <Empty title="No artifacts yet" command="make run">
        What the tasks of runs make is listed here: datasets, models, metrics, reports.
      </Empty>
    );
  return (
    <>
      <Table.ScrollContainer minWidth={700}>
        <Table className="card" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Name</Table.Th>
              <Table.Th scope="col">Type</Table.Th>
              <Table.Th scope="col">Size</Table.Th>
              <Table.Th scope="col">Digest</Table.Th>
              <Table.Th scope="col">Made</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((each) => (
              <Row key={each.id} artifact={each} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <More list={found} shown={rows.length} total={found.data.pages[0]?.total ?? 0} />
    </>
  );
}

function Row({ artifact }: { artifact: ListedArtifact }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <ArtifactIcon artifact={artifact} size={16} />
          <Anchor
            size="sm"
            renderRoot={(rest) => <Link {...rest} to="/artifacts/$artifactId" params={{ artifactId: artifact.id }} />}
          >
            {artifact.name}
          </Anchor>
        </Group>
      </Table.Td>
      <Table.Td>{typeWord(artifact.type)}</Table.Td>
      <Table.Td className="number">{artifact.size === null ? "–" : bytes(artifact.size)}</Table.Td>
      <Table.Td>
        <Digest digest={artifact.digest} />
      </Table.Td>
      <Table.Td>
        <Time at={artifact.created_at} />
      </Table.Td>
    </Table.Tr>
  );
}
