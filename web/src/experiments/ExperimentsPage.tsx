import { Checkbox, Group, Skeleton, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ExperimentOutput } from "@/api/client";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Page } from "@/parts/Page";
import { SearchField } from "@/parts/SearchField";
import { Time } from "@/parts/Time";
import { CreateExperiment } from "./CreateExperiment";
import { LastStates } from "./LastStates";
import { experimentsQuery } from "./queries";

const route = getRouteApi("/experiments");

export function ExperimentsPage() {
  const { q = "", archived = false } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(experimentsQuery(q, archived));
  const found = data?.experiments ?? [];
  return (
    <Page title="Experiments" actions={<CreateExperiment />}>
      <Group gap="sm">
        <SearchField
          label="Search experiments by name"
          value={q}
          onChange={(next) => navigate({ search: { q: next, archived: archived || undefined }, replace: true })}
        />
        <Checkbox
          label="Archived"
          checked={archived}
          onChange={(event) =>
            navigate({ search: { q: q || undefined, archived: event.currentTarget.checked || undefined } })
          }
        />
      </Group>
      {error ? (
        <Failure error={error} what="The experiments" retry={refetch} />
      ) : !data ? (
        <Skeleton height="12rem" />
      ) : found.length ? (
        <Experiments found={found} />
      ) : q ? (
        <Empty title="No experiment has this name" />
      ) : archived ? (
        <Empty title="No archived experiments">Experiments that are put aside are kept here.</Empty>
      ) : (
        <Empty title="No experiments yet">
          An experiment holds runs that belong together. A run that names none comes into Default.
        </Empty>
      )}
    </Page>
  );
}

function Experiments({ found }: { found: ExperimentOutput[] }) {
  return (
    <Table.ScrollContainer minWidth={600} className="card">
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col">Description</Table.Th>
            <Table.Th scope="col">Last 5 runs</Table.Th>
            <Table.Th scope="col">Last run</Table.Th>
            <Table.Th scope="col">Created</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {found.map((each) => (
            <Table.Tr key={each.experiment_id}>
              <Table.Th scope="row">
                <Link
                  to="/experiments/$experimentId"
                  params={{ experimentId: each.experiment_id }}
                  style={{ color: "inherit" }}
                >
                  {each.display_name}
                </Link>
              </Table.Th>
              <Table.Td className="muted">{each.description}</Table.Td>
              <Table.Td>
                <LastStates experimentId={each.experiment_id} />
              </Table.Td>
              <Table.Td>{isEver(each.last_run_created_at) ? <Time at={each.last_run_created_at} /> : "–"}</Table.Td>
              <Table.Td>
                <Time at={each.created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** KFP writes the beginning of 1970 for never. */
function isEver(time: string | null | undefined): boolean {
  return Boolean(time) && Date.parse(time ?? "") > 0;
}
