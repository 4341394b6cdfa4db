/** What an event changes in what is shown of a run. Pure. */
import type { FullRun, RunChange, RunGraph, TaskChange } from "@/api/client";

/** The graph with a task's new state; the states of the groups around it come with the next answer of the server. */
export function withTask(run: RunGraph, change: TaskChange): RunGraph {
  const at = run.graph.tasks.findIndex((task) => task.path === change.path);
  const old = run.graph.tasks[at];
  if (!old) return run;
  const { id, state, started_at, finished_at, cached_from } = change;
  const cached = old.cached || state === "CACHED";
  const error = change.error.split("\n", 1)[0] ?? "";
  const tasks = run.graph.tasks.with(at, { ...old, id, state, started_at, finished_at, cached_from, cached, error });
  return { ...run, graph: { ...run.graph, tasks } };
}

export function withRun(run: FullRun, change: RunChange): FullRun {
  const { state, name, started_at, finished_at, error } = change;
  return { ...run, state, name, started_at, finished_at, error };
}
