/** How a pipeline does: its main metric over its last runs, and what changed where the last one failed or is worse. */
import { Title } from "@mantine/core";
import { IconTrendingDown } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Trend, TrendPoint } from "@/api/client";
import { short, signed } from "@/format/numbers";
import { State } from "@/parts/State";
import { Time } from "@/parts/Time";
import { SinceLastGood } from "@/run/SinceLastGood";
import classes from "./Home.module.css";
import { Sparkline } from "./Sparkline";
import { lastOf } from "./sparkline";

export function PipelineCard({ trend }: { trend: Trend }) {
  const { pipeline, pipeline_id, key, points } = trend;
  const last = lastOf(points);
  const valued = points.findLast(({ value }) => value !== null);
  return (
    <section className={`card ${classes.section}`}>
      <div className={classes.head}>
        <Title order={3} size="h5">
          {pipeline_id ? (
            <Link to="/pipelines/$pipelineId" params={{ pipelineId: pipeline_id }}>
              {pipeline}
            </Link>
          ) : (
            pipeline
          )}
        </Title>
        <Link className={classes.more} to="/runs" search={{ pipeline }}>
          Its runs
        </Link>
      </div>
      {key && valued ? (
        <>
          <p className={classes.metric}>
            <b className="number">{short(valued.value)}</b> {key} <Change point={valued} />
          </p>
          <Sparkline trend={trend} />
        </>
      ) : (
        <p className="muted">It logs no metrics.</p>
      )}
      {last && (
        <p className={classes.note}>
          <State state={last.state} />{" "}
          <Link to="/runs/$runId" params={{ runId: last.run_id }}>
            {last.name}
          </Link>
          , <Time at={last.at} />
        </p>
      )}
      {last && (last.worse || last.state === "FAILED") && <SinceLastGood runId={last.run_id} isShort />}
    </section>
  );
}

/** How a run's value differs from that of the last good run before it. */
function Change({ point }: { point: TrendPoint }) {
  if (point.value === null || point.before === null || point.value === point.before) return null;
  return (
    <span className={`number ${point.worse ? classes.worse : "muted"}`}>
      {point.worse && <IconTrendingDown size={15} aria-label="worse" />}
      {signed(point.value - point.before)}
    </span>
  );
}
