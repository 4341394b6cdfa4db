/** The columns of a list of runs. */
import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { createColumnHelper, tableFeatures } from "@tanstack/react-table";
import type { RunRow } from "@/api/client";
import { short, written } from "@/format/numbers";
import { State } from "@/parts/State";
import { Duration, Time } from "@/parts/Time";
import { type Chosen, chosen } from "./columns";
import type { Fixed } from "./list";
import classes from "./RunsTable.module.css";

export const features = tableFeatures({});
const column = createColumnHelper<typeof features, RunRow>();

/** How a column is laid out, and by which of the server's fields it can be sorted. */
export type Look = { width: number; field?: string; right?: boolean; title?: string; stays?: string };

export const LOOKS: Record<string, Look> = {
  select: { width: 40, stays: "select" },
  state: { width: 128, field: "state" },
  name: { width: 270, field: "name", stays: "name" },
  pipeline: { width: 180, field: "pipeline" },
  experiment: { width: 120, field: "experiment" },
  start: { width: 120, field: "created_at" },
  duration: { width: 110, field: "seconds", right: true },
};

export function lookOf(id: string): Look {
  const found = LOOKS[id];
  if (found) return found;
  return { width: 130, field: id, right: true, title: id.slice(id.indexOf(":") + 1) };
}

export type Selection = { has: (id: string) => boolean; toggle: (id: string) => void };

export function columnsOf(shown: readonly string[], fixed: Fixed, selection: Selection) {
  return column.columns([
    column.display({
      id: "select",
      header: () => <span className="muted" title="Select with x" aria-hidden />,
      cell: ({ row: { original: run } }) => (
        <Checkbox
          size="xs"
          aria-label={`Select ${run.name}`}
          checked={selection.has(run.id)}
          onChange={() => selection.toggle(run.id)}
        />
      ),
    }),
    column.accessor("state", { id: "state", header: "State", cell: ({ getValue }) => <State state={getValue()} /> }),
    column.accessor("name", { id: "name", header: "Name", cell: ({ row }) => <Name run={row.original} /> }),
    ...(fixed.pipeline_id || fixed.recurring_run_id
      ? []
      : [
          column.accessor("pipeline", {
            id: "pipeline",
            header: "Pipeline",
            cell: ({ row }) => <Pipeline run={row.original} />,
          }),
        ]),
    ...(fixed.experiment_id || fixed.recurring_run_id
      ? []
      : [
          column.accessor("experiment", {
            id: "experiment",
            header: "Experiment",
            cell: ({ row: { original: run } }) => (
              <Link
                className={classes.link}
                to="/experiments/$experimentId"
                params={{ experimentId: run.experiment_id }}
                title={run.experiment}
              >
                {run.experiment}
              </Link>
            ),
          }),
        ]),
    column.display({
      id: "start",
      header: "Start",
      cell: ({ row: { original: run } }) => <Time at={run.started_at ?? run.created_at} />,
    }),
    column.accessor("seconds", {
      id: "duration",
      header: "Duration",
      cell: ({ row: { original: run } }) => (
        <Duration
          start={run.started_at}
          end={run.finished_at}
          running={run.state === "RUNNING" || run.state === "CANCELING"}
        />
      ),
    }),
    ...chosen(shown).map((each) =>
      column.display({
        id: each.id,
        header: each.label,
        cell: ({ row }) => <Value run={row.original} column={each} />,
      }),
    ),
  ]);
}

function Name({ run }: { run: RunRow }) {
  return (
    <Link className={classes.name} to="/runs/$runId" params={{ runId: run.id }} data-run={run.id} title={run.name}>
      {run.name}
      {run.error && (
        <span className={classes.error} title={run.error}>
          {" "}
          · {run.error}
        </span>
      )}
    </Link>
  );
}

function Pipeline({ run }: { run: RunRow }) {
  const text = run.version ? `${run.pipeline}@${run.version}` : run.pipeline;
  if (!run.pipeline_id) return <span title={text}>{text}</span>;
  return (
    <Link
      className={classes.link}
      to="/pipelines/$pipelineId"
      params={{ pipelineId: run.pipeline_id }}
      search={run.version_id ? { version: run.version_id } : {}}
      title={text}
    >
      {run.pipeline}
      {run.version && <span className="muted">@{run.version}</span>}
    </Link>
  );
}

function Value({ run, column }: { run: RunRow; column: Chosen }) {
  const value = column.kind === "metric" ? run.metrics[column.name] : run.parameters[column.name];
  if (value === undefined) return <span className="muted">–</span>;
  const text = written(value);
  return (
    <span className="number" title={text}>
      {typeof value === "number" ? short(value) : text}
    </span>
  );
}
