import { IconTrendingDown } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { RunRow, TrendPoint } from "@/api/client";
import { short } from "@/format/numbers";
import { State } from "@/parts/State";
import { Duration, Time } from "@/parts/Time";
import classes from "./Home.module.css";

type Props = { run: RunRow; measured?: { key: string; point: TrendPoint } };

/** A run in a line: how it stands, what came of it, when. */
export function RunLine({ run, measured }: Props) {
  const value = measured?.point.value ?? null;
  return (
    <div className={classes.line}>
      <span className={classes.state}>
        <State state={run.state} />
      </span>
      <span className={classes.name}>
        <Link to="/runs/$runId" params={{ runId: run.id }} title={run.name}>
          {run.name}
        </Link>
        <span className={`muted ${classes.under}`}>{run.pipeline}</span>
      </span>
      {measured && value !== null && (
        <span className={classes.value} title={`${measured.key}: ${value}`}>
          <span className={`number ${measured.point.worse ? classes.worse : ""}`}>
            {measured.point.worse && <IconTrendingDown size={15} aria-label="worse" />}
            {short(value)}
          </span>
          <span className={`muted ${classes.under}`}>{measured.key}</span>
        </span>
      )}
      <span className={classes.took}>
        <Duration
          start={run.started_at}
          end={run.finished_at}
          running={run.state === "RUNNING" || run.state === "CANCELING"}
        />
      </span>
      <span className={`muted ${classes.time}`}>
        <Time at={run.started_at ?? run.created_at} />
      </span>
    </div>
  );
}
