/** What is run again and again. */
import { Anchor, Button, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { More } from "@/parts/More";
import { Page } from "@/parts/Page";
import { SearchField } from "@/parts/SearchField";
import { Time } from "@/parts/Time";
import { LastRun } from "@/pipelines/LastRun";
import { DeleteButton } from "./DeleteButton";
import { Enabled } from "./Enabled";
import { PipelineLink } from "./PipelineLink";
import { type RecurringRun, recurringRunsQuery, upcomingQuery } from "./queries";
import { triggerWords } from "./words";

const route = getRouteApi("/recurring-runs");
const TITLES = ["Name", "State", "When", "Next", "Last run", "Pipeline"];

export function RecurringRunsPage() {
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery({ ...recurringRunsQuery(q), placeholderData: keepPreviousData });
  const found = list.data?.pages.flatMap((page) => page.recurringRuns) ?? [];
  return (
    <Page
      title="Recurring runs"
      actions={
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          renderRoot={(rest) => <Link {...rest} to="/runs/new" search={{ recurring: true }} />}
        >
          New recurring run
        </Button>
      }
    >
      <Stack gap="md">
        <SearchField
          label="Search recurring runs"
          value={q}
          onChange={(next) => navigate({ search: { q: next }, replace: true })}
        />
        {list.error ? (
          <Failure error={list.error} what="The list of recurring runs" retry={list.refetch} />
        ) : list.isPending ? (
          <Skeleton height={220} aria-label="Loading" />
        ) : found.length ? (
          <RecurringRunsTable recurringRuns={found} />
        ) : q ? (
          <Empty title={`No recurring run's name holds “${q}”`} />
        ) : (
          <Empty title="Nothing is run again and again yet">
            A recurring run starts runs of a pipeline at times, such as every weekday at nine, or every so often.{" "}
            <Anchor
              underline="always"
              renderRoot={(rest) => <Link {...rest} to="/runs/new" search={{ recurring: true }} />}
            >
              Make one with the form
            </Anchor>
            , or with KFP's client: <code>client.create_recurring_run(…)</code>.
          </Empty>
        )}
        {found.length > 0 && <More list={list} shown={found.length} total={list.data?.pages[0]?.total ?? 0} />}
      </Stack>
    </Page>
  );
}

function RecurringRunsTable({ recurringRuns }: { recurringRuns: RecurringRun[] }) {
  const upcoming = useQuery(upcomingQuery()).data;
  return (
    <Table.ScrollContainer minWidth={860}>
      <Table className="card" verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {[...TITLES, "Actions"].map((title) => (
              <Table.Th key={title} scope="col">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {recurringRuns.map((each) => (
            <Table.Tr key={each.id}>
              <Table.Th scope="row" fw={400} maw={280}>
                <Anchor
                  fz="sm"
                  fw={600}
                  renderRoot={(rest) => (
                    <Link {...rest} to="/recurring-runs/$recurringRunId" params={{ recurringRunId: each.id }} />
                  )}
                >
                  {each.name}
                </Anchor>
                {each.error && (
                  <Text size="xs" style={{ color: "var(--bad)" }} lineClamp={2}>
                    {each.error}
                  </Text>
                )}
              </Table.Th>
              <Table.Td>
                <Enabled of={each} />
              </Table.Td>
              <Table.Td>{triggerWords(each.trigger)}</Table.Td>
              <Table.Td>
                <Time at={upcoming?.get(each.id)?.times[0]} />
              </Table.Td>
              <Table.Td>
                <LastRun of={{ recurring_run_id: each.id }} />
              </Table.Td>
              <Table.Td>
                <PipelineLink of={each} />
              </Table.Td>
              <Table.Td>
                <DeleteButton of={each} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
