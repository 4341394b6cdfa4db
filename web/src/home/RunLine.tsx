import { Link } from "@tanstack/react-router";
import type { RunRow } from "@/api/client";
import { short } from "@/format/numbers";
import { State } from "@/parts/State";
import { Duration, Time } from "@/parts/Time";
import { metricKey } from "@/runs/columns";
import classes from "./Home.module.css";

/** A run in a line: how it stands, what came of it, when. */
export function RunLine({ run, metric }: { run: RunRow; metric?: string }) {
  const value = metric === undefined ? undefined : run.metrics[metric];
  return (
    <div className={classes.line}>
      <span className={classes.state}>
        <State state={run.state} />
      </span>
      <span className={classes.name}>
        <Link to="/runs/$runId" params={{ runId: run.id }} title={run.name}>
          {run.name}
        </Link>
        {run.error && (
          <span className={classes.error} title={run.error}>
            {run.error}
          </span>
        )}
      </span>
      {metric !== undefined && (
        <span className="number" title={value === undefined ? undefined : `${metricKey(metric)}: ${value}`}>
          {value === undefined ? "" : short(value)}
        </span>
      )}
      <Duration start={run.started_at} end={run.finished_at} running={run.state === "RUNNING"} />
      <span className={`muted ${classes.time}`}>
        <Time at={run.started_at ?? run.created_at} />
      </span>
    </div>
  );
}
