import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RunRow } from "@/api/client";
import { failuresQuery } from "@/api/queries";
import { Failure } from "@/parts/Failure";
import { Time } from "@/parts/Time";
import { failureText } from "./failure";
import classes from "./Home.module.css";
import { homeRunsQuery } from "./queries";
import { Section } from "./Section";

const FEW = 5;

/** The runs that failed last, each with its reason. */
export function Failures() {
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
      {error && !data && <Failure error={error} what="The failures" retry={refetch} />}
      {data && !data.runs.length && <p className="muted">No run has failed.</p>}
      {data?.runs.map((run) => (
        <FailedLine key={run.id} run={run} />
      ))}
    </Section>
  );
}

function FailedLine({ run }: { run: RunRow }) {
  const { data } = useQuery(failuresQuery(run.id, run.finished_at ?? ""));
  const why = data ? failureText(data, run.error) : run.error;
  return (
    <div className={classes.line} data-wrapped>
      <span className={classes.name}>
        <Link to="/runs/$runId" params={{ runId: run.id }} title={run.name}>
          {run.name}
        </Link>
      </span>
      <span className={`muted ${classes.time}`}>
        <Time at={run.finished_at ?? run.created_at} />
      </span>
      <span className={classes.error} title={why}>
        {why}
      </span>
    </div>
  );
}
