/** Did it work, what runs now, what failed, what comes next. */
import { SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useHappenings } from "@/api/happenings";
import { throttled } from "@/api/live";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Page } from "@/parts/Page";
import { State } from "@/parts/State";
import { Time } from "@/parts/Time";
import { keyMetric, metricKey } from "@/runs/columns";
import classes from "./Home.module.css";
import { dueQuery, homeRunsQuery } from "./queries";
import { RunLine } from "./RunLine";
import { Section } from "./Section";

const NEWEST = 8;
const FEW = 5;

export function HomePage() {
  const client = useQueryClient();
  const again = useMemo(() => throttled(() => client.invalidateQueries({ queryKey: ["home"] }), 1000), [client]);
  useHappenings({ begin: again, run: again });

  const first = useQuery(homeRunsQuery([], NEWEST));
  const metric = keyMetric(first.data?.metric_names ?? []);
  const newest = useQuery({ ...homeRunsQuery([], NEWEST, metric ? [metric] : []), enabled: first.isSuccess });
  const runs = newest.data?.runs ?? first.data?.runs;

  return (
    <Page title="Home" aside={runs?.[0] && <Last run={runs[0]} />}>
      {first.error ? (
        <Failure error={first.error} what="What runs" retry={first.refetch} />
      ) : !runs ? (
        <Skeleton height="24rem" />
      ) : !runs.length ? (
        <Beginning />
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <Active />
          <Due />
          <Section title="Newest runs" more={<Link to="/runs">All runs</Link>}>
            {runs.map((run) => (
              <RunLine key={run.id} run={run} metric={metric} />
            ))}
            {metric && <p className={`muted ${classes.note}`}>With {metricKey(metric)}, where a run has it.</p>}
          </Section>
          <Failures />
        </SimpleGrid>
      )}
    </Page>
  );
}

function Last({ run }: { run: Parameters<typeof RunLine>[0]["run"] }) {
  return (
    <span className={classes.last}>
      The last run: <State state={run.state} />{" "}
      <Link to="/runs/$runId" params={{ runId: run.id }}>
        {run.name}
      </Link>
    </span>
  );
}

function Active() {
  const { data, error, refetch } = useQuery(homeRunsQuery(["RUNNING", "CANCELING", "PENDING"], FEW));
  return (
    <Section
      title={data?.total ? `Running now: ${data.total}` : "Running now"}
      more={
        <Link to="/runs" search={{ state: "RUNNING,PENDING,CANCELING" }}>
          All that run
        </Link>
      }
    >
      {error && <Failure error={error} what="What runs now" retry={refetch} />}
      {data && !data.runs.length && (
        <Text className="muted" size="sm">
          Nothing runs. <Link to="/runs/new">Start a run</Link>
        </Text>
      )}
      {data?.runs.map((run) => (
        <RunLine key={run.id} run={run} />
      ))}
    </Section>
  );
}

function Failures() {
  const { data, error, refetch } = useQuery(homeRunsQuery(["FAILED"], FEW));
  return (
    <Section
      title="Last failures"
      more={
        <Link to="/runs" search={{ state: "FAILED" }}>
          All failures
        </Link>
      }
    >
      {error && <Failure error={error} what="The failures" retry={refetch} />}
      {data && !data.runs.length && (
        <Text className="muted" size="sm">
          No run has failed.
        </Text>
      )}
      {data?.runs.map((run) => (
        <RunLine key={run.id} run={run} />
      ))}
    </Section>
  );
}

function Due() {
  const { data, error, refetch } = useQuery(dueQuery);
  return (
    <Section title="Due next" more={<Link to="/recurring-runs">All recurring runs</Link>}>
      {error && <Failure error={error} what="What is due" retry={refetch} />}
      {data && !data.length && (
        <Text className="muted" size="sm">
          No recurring run is enabled. A run becomes a recurring one in its form.
        </Text>
      )}
      {data?.slice(0, FEW).map((each) => (
        <div key={each.id} className={classes.line}>
          <Link to="/recurring-runs/$recurringRunId" params={{ recurringRunId: each.id }}>
            {each.name}
          </Link>
          <Time at={each.at} />
        </div>
      ))}
    </Section>
  );
}

function Beginning() {
  return (
    <Empty title="No runs yet" command="barograph run pipeline.yaml">
      Run a compiled pipeline from the command line; in a checkout of Barograph <code>make run</code> runs the weather
      pipeline. Or <Link to="/pipelines">upload a pipeline</Link> and start it from its form.
    </Empty>
  );
}
