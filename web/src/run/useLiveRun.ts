import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { FullRun, RunChange, RunGraph, TaskChange } from "@/api/client";
import { throttled, useStream } from "@/api/live";
import { runQuery } from "@/api/queries";
import { ENDED } from "@/parts/State";
import { withRun, withTask } from "./live";

const PAUSE = 1_000;

/**
 * Keep what is shown of a run up to date: a task's state at once, all else a moment later.
 *
 * @returns Whether events come; null where none are to come any more.
 */
export function useLiveRun(run: FullRun | undefined): boolean | null {
  const client = useQueryClient();
  const [isLive, setLive] = useState(false);
  const runId = run?.id;
  const isEnded = run !== undefined && ENDED.has(run.state);
  const refresh = useMemo(
    () => throttled(() => void client.invalidateQueries({ queryKey: ["run", runId] }), PAUSE),
    [client, runId],
  );
  useStream(
    run && !isEnded ? `/apis/barograph/v1/runs/${run.id}/events` : null,
    {
      task: (data) => {
        client.setQueriesData<RunGraph>(
          { predicate: ({ queryKey }) => isGraph(queryKey, runId) },
          (graph) => graph && withTask(graph, data as TaskChange),
        );
        refresh();
      },
      run: (data) => {
        if (runId) client.setQueryData(runQuery(runId).queryKey, (known) => known && withRun(known, data as RunChange));
        refresh();
      },
      end: refresh,
    },
    run?.last_event,
    (live) => {
      // What happened while there was no connection is told again; what no event tells is asked for.
      if (live && !isLive) refresh();
      setLive(live);
    },
  );
  return isEnded ? null : isLive;
}

function isGraph(key: QueryKey, runId: string | undefined): boolean {
  return key[0] === "run" && key[1] === runId && key[2] === "graph";
}
