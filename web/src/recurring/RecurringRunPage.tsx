/** A recurring run: when it starts runs, which it has started, and with which values. */
import { Alert, Button, Skeleton, Stack, Table, Tabs, Text, Title } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { written } from "@/format/numbers";
import { Boundary, Failure } from "@/parts/Failure";
import { Page } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { DeleteButton } from "./DeleteButton";
import { Enabled } from "./Enabled";
import { PipelineLink } from "./PipelineLink";
import { type RecurringRun, recurringRunQuery, upcomingQuery } from "./queries";
import classes from "./recurring.module.css";
import { TABS } from "./search";
import { Times } from "./Times";
import { triggerWords } from "./words";

const RunsTable = lazy(async () => ({ default: (await import("@/runs/RunsTable")).RunsTable }));
const route = getRouteApi("/recurring-runs/$recurringRunId");
const CRUMBS = [{ label: "Recurring runs", link: { to: "/recurring-runs" } as const }];

export function RecurringRunPage() {
  const { recurringRunId } = route.useParams();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(recurringRunQuery(recurringRunId));
  return (
    <Page
      title={data?.name ?? "Recurring run"}
      aside={data && <Enabled of={data} />}
      crumbs={CRUMBS}
      actions={
        data && (
          <>
            <DeleteButton of={data} then={() => navigate({ to: "/recurring-runs" })} />
            {data.pipelineId && (
              <Button
                variant="default"
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
                renderRoot={(rest) => (
                  <Link
                    {...rest}
                    to="/runs/new"
                    search={{
                      pipeline: data.pipelineId,
                      version: data.versionId || undefined,
                      experiment: data.experimentId,
                      from: data.id,
                    }}
                  />
                )}
              >
                Start a run now
              </Button>
            )}
          </>
        )
      }
    >
      {error ? (
        <Failure error={error} what="The recurring run" retry={refetch} />
      ) : data ? (
        <Content of={data} />
      ) : (
        <Skeleton height={420} aria-label="Loading" />
      )}
    </Page>
  );
}

function Content({ of }: { of: RecurringRun }) {
  const { tab = "runs" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Stack gap="lg">
      {of.error && (
        <Alert color="red" variant="light" title="Its last time started no run" role="alert">
          {of.error}
        </Alert>
      )}
      <div className={classes.head}>
        <Facts of={of} />
        <Next of={of} />
      </div>
      <Tabs
        value={tab}
        onChange={(next) =>
          navigate({ search: (last) => ({ ...last, tab: TABS.find((each) => each === next) }), replace: true })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
          <Tabs.Tab value="parameters">Parameters</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="runs">
          <Boundary what="Its runs">
            <Suspense fallback={<Skeleton height={300} aria-label="Loading" />}>
              <Stack gap="sm">
                <RunsTable fixed={{ recurring_run_id: of.id }} />
              </Stack>
            </Suspense>
          </Boundary>
        </Tabs.Panel>
        <Tabs.Panel value="parameters">
          <Parameters values={of.parameters} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Facts({ of }: { of: RecurringRun }) {
  const limits = of.trigger?.cron_schedule ?? of.trigger?.periodic_schedule;
  const facts: [string, ReactNode][] = [
    ["When", triggerWords(of.trigger)],
    ["Cron expression", of.trigger?.cron_schedule && <span className="mono">{of.trigger.cron_schedule.cron}</span>],
    ["Not before", limits?.start_time && <Time at={limits.start_time} />],
    ["Not after", limits?.end_time && <Time at={limits.end_time} />],
    ["Pipeline", <PipelineLink key="pipeline" of={of} />],
    ["Runs at a time", of.most],
    ["Times that were missed", of.catchUp ? "are made up for one by one" : "only the last one is made up for"],
    ["Made", <Time key="made" at={of.created_at} />],
    ["Description", of.description],
  ];
  return (
    <dl className={classes.facts}>
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Next({ of }: { of: RecurringRun }) {
  const { data, error, refetch } = useQuery(upcomingQuery(of.id, 5));
  return (
    <Stack gap={6} component="section" aria-label="Next times" className="card" p="sm">
      <Title order={2} size="h6">
        Next times
      </Title>
      {error ? (
        <Failure error={error} what="The next times" retry={refetch} />
      ) : !of.enabled ? (
        <Text size="sm" className="muted">
          It is disabled, and starts no runs.
        </Text>
      ) : data ? (
        <Times times={data.get(of.id)?.times ?? []} />
      ) : (
        <Skeleton height={110} aria-label="Loading" />
      )}
    </Stack>
  );
}

function Parameters({ values }: { values: Record<string, unknown> }) {
  const entries = Object.entries(values);
  if (!entries.length) return <Text className="muted">All as the pipeline has them.</Text>;
  return (
    <Table className="card" maw={720}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Name</Table.Th>
          <Table.Th scope="col">Value</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" className="mono">
              {name}
            </Table.Th>
            <Table.Td className="mono" style={{ overflowWrap: "anywhere" }}>
              {written(value)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
