/** A task of a run, beside the graph: what came of it, what it printed, what it ran, why it was cached or not. */
import { Skeleton, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FullTask } from "@/api/client";
import { BACKGROUND, taskQuery } from "@/api/queries";
import { LogView } from "@/log/LogView";
import { Copy } from "@/parts/Copy";
import { Boundary, Failure } from "@/parts/Failure";
import { ENDED } from "@/parts/State";
import { Duration, Time } from "@/parts/Time";
import { CacheTab } from "./CacheTab";
import { CommandTab } from "./CommandTab";
import { Overview } from "./Overview";
import classes from "./Task.module.css";

const TABS = [
  { value: "overview", label: "Overview" },
  { value: "log", label: "Log" },
  { value: "command", label: "Command" },
  { value: "cache", label: "Cache" },
] as const;

export function TaskPanel(props: {
  runId: string;
  /** Its id or its path. */
  task: string;
  tab?: string;
  onTab: (tab: string) => void;
}) {
  const { runId, task, tab, onTab } = props;
  const { data, error, refetch } = useQuery({
    ...taskQuery(runId, task),
    refetchInterval: ({ state }) => (state.data && !ENDED.has(state.data.state) ? BACKGROUND.refetchInterval : false),
    refetchIntervalInBackground: true,
  });
  if (error && !data) return <Failure error={error} what="The task" retry={refetch} />;
  if (!data) return <Skeleton height={320} aria-label="Loading the task" />;
  const does = data.kind === "RUNTIME" || data.kind === "IMPORTER";
  const tabs = does ? TABS : TABS.slice(0, 1);
  const shown = tabs.find((each) => each.value === tab)?.value ?? "overview";
  return (
    <div className={classes.panel}>
      <Facts task={data} />
      <Tabs value={shown} onChange={(next) => next && onTab(next)} keepMounted={false}>
        {tabs.length > 1 && (
          <Tabs.List>
            {tabs.map(({ value, label }) => (
              <Tabs.Tab key={value} value={value}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        )}
        <Tabs.Panel value={shown} className={classes.body} key={data.id}>
          <Boundary what="This part of the task">
            {shown === "overview" && <Overview task={data} onLog={() => onTab("log")} />}
            {shown === "log" && (
              <div className={classes.log}>
                <LogView runId={runId} task={data.id} />
              </div>
            )}
            {shown === "command" && <CommandTab task={data} />}
            {shown === "cache" && <CacheTab task={data} />}
          </Boundary>
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

/** What stands under its name and state, which the panel's owner shows. */
function Facts({ task }: { task: FullTask }) {
  const attempts = task.attempts.length;
  return (
    <div className={classes.facts}>
      {task.started_at && (
        <>
          <Duration start={task.started_at} end={task.finished_at} running={!ENDED.has(task.state)} />
          <span className="muted">
            began <Time at={task.started_at} />
          </span>
        </>
      )}
      {attempts > 0 && (
        <span className="number">
          {attempts} attempt{attempts === 1 ? "" : "s"}
        </span>
      )}
      <span className={`mono muted ${classes.path}`}>
        {task.path}
        <Copy value={task.path} label="Copy the task's path" />
      </span>
    </div>
  );
}
