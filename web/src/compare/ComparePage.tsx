/** Runs side by side: what differs, and what came of it. */
import { Checkbox, Skeleton, Tabs } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useMemo } from "react";
import type { Comparison } from "@/api/client";
import { compareQuery } from "@/api/queries";
import { Empty } from "@/parts/Empty";
import { Boundary, Failure } from "@/parts/Failure";
import { Page } from "@/parts/Page";
import { chosenOf } from "@/renderers/directions";
import { AddRun } from "./AddRun";
import { Artifacts } from "./Artifacts";
import { Curves } from "./Curves";
import { Matrices } from "./Matrices";
import { Metrics } from "./Metrics";
import { type MetricLine, metricLines } from "./metric-lines";
import { Overview } from "./Overview";
import { Parameters } from "./Parameters";
import { RunChips } from "./RunChips";
import type { CompareSearch, CompareTab } from "./search";

const GraphTab = lazy(() => import("./GraphTab").then((module) => ({ default: module.GraphTab })));

const route = getRouteApi("/compare");

const LABELS: Record<CompareTab, string> = {
  overview: "Overview",
  parameters: "Parameters",
  metrics: "Metrics",
  curves: "Curves",
  confusion: "Confusion",
  artifacts: "Artifacts",
  graph: "Graph",
};

export function ComparePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: CompareSearch) => navigate({ search: (before) => ({ ...before, ...change }) });
  const ids = search.runs?.split(",") ?? [];
  const setIds = (next: string[]) => set({ runs: next.join(",") || undefined });
  const { data, error, refetch } = useQuery({ ...compareQuery(ids), placeholderData: keepPreviousData });
  const tab = search.tab ?? "overview";
  const lines = useMemo(() => (data ? metricLines(data, chosenOf(search.better)) : []), [data, search.better]);

  return (
    <Page title="Compare runs" actions={<AddRun ids={ids} onAdd={(id) => setIds([...ids, id])} />}>
      {ids.length === 0 ? (
        <Empty title="No runs to compare yet">
          Add runs here, or select some in the list of runs (with the key <kbd>x</kbd>) and press Compare.
        </Empty>
      ) : error ? (
        <Failure error={error} what="The comparison" retry={refetch} />
      ) : !data ? (
        <Skeleton height="24rem" />
      ) : (
        <>
          <RunChips runs={data.runs} onChange={setIds} />
          <Tabs value={tab} onChange={(next) => set({ tab: next as CompareTab })} keepMounted={false}>
            <Tabs.List>
              {Object.entries(LABELS).map(([name, label]) => (
                <Tabs.Tab key={name} value={name}>
                  {label}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value={tab} pt="md">
              {(tab === "parameters" || tab === "metrics" || tab === "artifacts") && (
                <Checkbox
                  mb="sm"
                  label="Differences only"
                  checked={!search.all}
                  onChange={(event) => set({ all: event.currentTarget.checked ? undefined : true })}
                />
              )}
              <Boundary key={tab} what={LABELS[tab]}>
                <Suspense fallback={<Skeleton height="24rem" />}>{panel(tab, data, lines, search, set)}</Suspense>
              </Boundary>
            </Tabs.Panel>
          </Tabs>
        </>
      )}
    </Page>
  );
}

function panel(
  tab: CompareTab,
  found: Comparison,
  lines: MetricLine[],
  search: CompareSearch,
  set: (change: CompareSearch) => void,
): ReactNode {
  const all = search.all ?? false;
  switch (tab) {
    case "overview":
      return <Overview found={found} lines={lines} onTab={(next) => set({ tab: next })} />;
    case "parameters":
      return <Parameters found={found} all={all} />;
    case "metrics":
      return (
        <Metrics
          found={found}
          lines={lines}
          chosen={chosenOf(search.better)}
          onBetter={(better) => set({ better })}
          all={all}
          q={search.q ?? ""}
          onSearch={(q) => set({ q: q || undefined })}
        />
      );
    case "curves":
      return <Curves found={found} />;
    case "confusion":
      return <Matrices found={found} />;
    case "artifacts":
      return <Artifacts found={found} all={all} />;
    case "graph":
      return <GraphTab found={found} node={search.node} onNode={(node) => set({ node })} />;
  }
}
