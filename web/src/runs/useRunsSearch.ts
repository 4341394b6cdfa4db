import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { type RunsSearch, runsSearch } from "./search";

/** What the address says of a list of runs, on whichever screen it stands; and how to change it. */
export function useRunsSearch(): [RunsSearch, (change: RunsSearch) => void] {
  const given = useSearch({ strict: false });
  const navigate = useNavigate();
  const search = useMemo(() => runsSearch(given), [given]);
  const change = useCallback(
    (changed: RunsSearch) => navigate({ to: ".", search: (before) => ({ ...before, ...changed }), replace: true }),
    [navigate],
  );
  return [search, change];
}
