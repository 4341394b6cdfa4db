/** Did it work, what runs now, what failed, what comes next. */
import { SimpleGrid, Skeleton, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { RunRow } from "@/api/client";
import { useHappenings } from "@/api/happenings";
import { throttled } from "@/api/live";
import { Failure } from "@/parts/Failure";
import { Page } from "@/parts/Page";
import { State } from "@/parts/State";
import { Beginning } from "./Beginning";
import { Due } from "./Due";
import { Failures } from "./Failures";
import classes from "./Home.module.css";
import { PipelineCard } from "./PipelineCard";
import { homeRunsQuery, trendsQuery } from "./queries";
import { RunLine } from "./RunLine";
import { Running } from "./Running";
import { Section } from "./Section";

const NEWEST = 8;

export function HomePage() {
  const client = useQueryClient();
  const again = useMemo(() => throttled(() => client.invalidateQueries({ queryKey: ["home"] }), 1000), [client]);
  useHappenings({ begin: again, run: again });
  const { data, error, refetch } = useQuery(homeRunsQuery([], NEWEST));
  const runs = data?.runs;
  return (
    <Page title="Home" aside={runs?.[0] && <Last run={runs[0]} />}>
      {error && !runs ? (
        <Failure error={error} what="What runs" retry={refetch} />
      ) : !runs ? (
        <Skeleton height="24rem" />
      ) : runs.length ? (
        <Sections runs={runs} />
      ) : (
        <Beginning />
      )}
    </Page>
  );
}

function Sections({ runs }: { runs: RunRow[] }) {
  const trends = useQuery(trendsQuery);
  const points = useMemo(
    () =>
      new Map(
        trends.data?.flatMap((trend) =>
          trend.points.map((point) => [point.run_id, { key: trend.key, point }] as const),
        ),
      ),
    [trends.data],
  );
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Running />
        <Due />
      </SimpleGrid>
      <section>
        <Title order={2} size="h5" mb="xs">
          How the pipelines do
        </Title>
        {trends.error && !trends.data ? (
          <Failure error={trends.error} what="How the pipelines do" retry={trends.refetch} />
        ) : (
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
            {trends.data?.map((trend) => <PipelineCard key={trend.pipeline} trend={trend} />) ?? (
              <Skeleton height={170} aria-label="Loading how the pipelines do" />
            )}
          </SimpleGrid>
        )}
      </section>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Section title="Newest runs" more={<Link to="/runs">All runs</Link>}>
          {runs.map((run) => (
            <RunLine key={run.id} run={run} measured={points.get(run.id)} />
          ))}
        </Section>
        <Failures />
      </SimpleGrid>
    </>
  );
}

function Last({ run }: { run: RunRow }) {
  return (
    <span className={classes.last}>
      The last run: <State state={run.state} />{" "}
      <Link to="/runs/$runId" params={{ runId: run.id }}>
        {run.name}
      </Link>
    </span>
  );
}
