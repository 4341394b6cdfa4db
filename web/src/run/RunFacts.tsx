import { Anchor } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { FullRun } from "@/api/client";
import { whole } from "@/format/numbers";
import { ENDED } from "@/parts/State";
import { Duration, Time } from "@/parts/Time";
import { progress } from "./progress";
import classes from "./Run.module.css";

/** A run in one line. `isLive` is null where nothing more will happen. */
export function RunFacts({ run, isLive }: { run: FullRun; isLive: boolean | null }) {
  const { done, total, cached } = progress(run.states);
  const ended = ENDED.has(run.state);
  return (
    <div className={classes.facts}>
      {total > 0 && (
        <span className="number">
          {whole(done)}/{whole(total)} tasks
        </span>
      )}
      {cached > 0 && (
        <span style={{ color: "var(--cached)" }}>
          <IconBolt size={14} aria-hidden style={{ verticalAlign: "-2px" }} /> {whole(cached)} cached
        </span>
      )}
      <Duration start={run.started_at} end={run.finished_at} running={!ended} />
      <span>
        {run.pipeline_id ? (
          <Anchor
            size="sm"
            renderRoot={(rest) => (
              <Link
                {...rest}
                to="/pipelines/$pipelineId"
                params={{ pipelineId: run.pipeline_id }}
                search={{ version: run.version_id || undefined }}
              />
            )}
          >
            {run.pipeline}
            {run.version && `@${run.version}`}
          </Anchor>
        ) : (
          run.pipeline
        )}
      </span>
      {run.experiment_id && (
        <Anchor
          size="sm"
          renderRoot={(rest) => (
            <Link {...rest} to="/experiments/$experimentId" params={{ experimentId: run.experiment_id }} />
          )}
        >
          {run.experiment}
        </Anchor>
      )}
      <span className="muted">
        <Time at={run.started_at ?? run.created_at} />
      </span>
      {run.archived && <span className="muted">Archived</span>}
      {isLive !== null && (
        <span className={classes.live} data-live={isLive} role="status">
          {isLive ? "Live" : "Connecting…"}
        </span>
      )}
    </div>
  );
}
