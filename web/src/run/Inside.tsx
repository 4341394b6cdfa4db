/** What is in a group: its tasks with their states and durations, and which of them failed first. */
import { Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Graph, TaskNode } from "@/api/client";
import { duration } from "@/format/time";
import { called, counts, isCached, stateOf } from "@/graph/facts";
import { TaskIcon } from "@/graph/looks";
import { State } from "@/parts/State";
import classes from "./Inspector.module.css";
import { ToNode } from "./ToNode";
import { childrenOf, firstFailed, secondsOf } from "./within";

export function Inside({ runId, graph, group }: { runId: string; graph: Graph; group: string }) {
  const children = childrenOf(graph, group);
  const failed = firstFailed(graph, group);
  if (!children.length) return null;
  return (
    <>
      {failed && (
        <div className={classes.failed} role="alert">
          <IconAlertTriangle size={17} color="var(--bad)" aria-hidden />
          <Text size="sm">
            <ToNode runId={runId} node={failed.path}>
              {failed.path.slice(group.length + 1)}
            </ToNode>{" "}
            failed first{failed.error && `: ${failed.error}`}
          </Text>
        </div>
      )}
      <table className={classes.table} aria-label="What is in it">
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">State</th>
            <th scope="col" className={classes.right}>
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {children.map((task) => (
            <Child key={task.path} task={task} runId={runId} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Child({ task, runId }: { task: TaskNode; runId: string }) {
  const seconds = secondsOf(task);
  const inside = counts(task.states);
  const state = stateOf(task);
  return (
    <tr>
      <th scope="row">
        <span className={classes.child}>
          <TaskIcon kind={task.kind} size={16} />
          <span>
            <ToNode runId={runId} node={task.path}>
              {called(task)}
            </ToNode>
            {inside && <div className="muted">{inside}</div>}
          </span>
        </span>
      </th>
      <td>{state ? <State state={state} /> : "–"}</td>
      <td className={`${classes.right} number`}>
        {isCached(task) || seconds === null ? <span className="muted">–</span> : duration(seconds)}
      </td>
    </tr>
  );
}
