import { Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RunRow } from "@/api/client";
import { whole } from "@/format/numbers";
import { Failure } from "@/parts/Failure";
import { State } from "@/parts/State";
import { Duration } from "@/parts/Time";
import { progress } from "@/run/progress";
import classes from "./Home.module.css";
import { homeRunsQuery } from "./queries";
import { Section } from "./Section";

const FEW = 5;
/** How often it is asked how far runs are: events tell of the ends of runs only. */
const OFTEN = 2_000;

/** The runs that go on, and how far each is. */
export function Running() {
  const { data, error, refetch } = useQuery({
    ...homeRunsQuery(["RUNNING", "CANCELING", "PENDING"], FEW),
    refetchInterval: ({ state }) => (state.data?.total ? OFTEN : 15_000),
  });
  return (
    <Section
      title={data?.total ? `Running now: ${whole(data.total)}` : "Running now"}
      more={
        <Link to="/runs" search={{ state: "RUNNING,PENDING,CANCELING" }}>
          All that run
        </Link>
      }
    >
      {error && !data && <Failure error={error} what="What runs now" retry={refetch} />}
      {data && !data.runs.length && (
        <p className="muted">
          Nothing runs. <Link to="/runs/new">Start a run</Link>
        </p>
      )}
      {data?.runs.map((run) => (
        <RunningLine key={run.id} run={run} />
      ))}
    </Section>
  );
}

function RunningLine({ run }: { run: RunRow }) {
  const { done, total } = progress(run.states);
  const said = total
    ? `${whole(done)} of ${whole(total)} tasks`
    : run.state === "PENDING"
      ? "waits for a place"
      : "begins";
  return (
    <div className={classes.line}>
      <span className={classes.state}>
        <State state={run.state} />
      </span>
      <span className={classes.name}>
        <Link to="/runs/$runId" params={{ runId: run.id }} title={run.name}>
          {run.name}
        </Link>
        <span className={classes.progress}>
          <Progress
            value={total ? (100 * done) / total : 0}
            size={6}
            flex={1}
            aria-label={`How far ${run.name} is`}
            animated={run.state === "RUNNING"}
          />
          <span className="number muted">{said}</span>
        </span>
      </span>
      <span className={classes.time}>
        <Duration start={run.started_at} end={run.finished_at} running={run.state !== "PENDING"} />
      </span>
    </div>
  );
}
