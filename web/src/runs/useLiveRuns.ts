import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { RunChange } from "@/api/client";
import { useHappenings } from "@/api/happenings";
import { throttled } from "@/api/live";
import { type Asked, changed, fetchRuns, type Pages, runsQuery, withFresh } from "./list";

const SHOWN_EVERY = 250;
const READ_EVERY = 2_000;
const FRESH = 100;

/** Keep the loaded pages as the runs are now: rows change in place, and what is new comes in ahead. */
export function useLiveRuns(wanted: Asked) {
  const client = useQueryClient();
  const latest = useRef(wanted);
  const changes = useRef(new Map<string, RunChange>());

  const work = useRef<{ show: () => void; read: () => void }>(undefined);
  work.current ??= {
    show: throttled(() => {
      const { queryKey } = runsQuery(latest.current);
      const gathered = changes.current;
      changes.current = new Map();
      client.setQueryData<Pages>(queryKey, (pages) => pages && changed(pages, gathered, latest.current.state));
    }, SHOWN_EVERY),
    read: throttled(() => {
      const asked = latest.current;
      const { queryKey } = runsQuery(asked);
      if (!client.getQueryData(queryKey)) return;
      fetchRuns(asked, undefined, undefined, FRESH).then(
        (fresh) => client.setQueryData<Pages>(queryKey, (pages) => pages && withFresh(pages, fresh)),
        () => client.invalidateQueries({ queryKey }), // says what is wrong
      );
    }, READ_EVERY),
  };

  useHappenings({
    begin: () => work.current?.read(),
    run: (change) => {
      changes.current.set(change.run_id, change);
      work.current?.show();
      work.current?.read();
    },
  });
  // Pages that were left some time ago are shown at once, and are brought up to now.
  const written = JSON.stringify(wanted);
  useEffect(() => {
    latest.current = JSON.parse(written);
    work.current?.read();
  }, [written]);
}
