import { Skeleton, Tabs } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { FullRun, RunGraph } from "@/api/client";
import { RunGraphView } from "@/graph/RunGraphView";
import { Boundary, Failure } from "@/parts/Failure";
import { ArtifactsTab } from "./ArtifactsTab";
import { Details } from "./Details";
import classes from "./Run.module.css";
import { type RunSearch, type RunTab, TABS } from "./search";

const TasksTable = lazy(() => import("@/task/TasksTable").then((module) => ({ default: module.TasksTable })));
const TimelineView = lazy(() => import("@/timeline/TimelineView").then((module) => ({ default: module.TimelineView })));
const RunMetrics = lazy(() => import("@/renderers/RunMetrics").then((module) => ({ default: module.RunMetrics })));

const WORDS: Record<RunTab, string> = {
  graph: "Graph",
  timeline: "Timeline",
  tasks: "Tasks",
  metrics: "Metrics",
  artifacts: "Artifacts",
  details: "Details",
};

type Props = {
  run: FullRun;
  graph: { data: RunGraph | undefined; error: unknown; refetch: () => unknown };
  search: RunSearch;
  onTab: (tab: RunTab) => void;
  onSelect: (node: string | undefined) => void;
  onWithin: (path: string | undefined) => void;
};

export function RunTabs(props: Props) {
  const tab = props.search.tab ?? "graph";
  return (
    <Tabs
      value={tab}
      onChange={(next) => next && props.onTab(next as RunTab)}
      keepMounted={false}
      className={classes.tabs}
    >
      <Tabs.List mb="xs">
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {WORDS[name]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab} className={classes.panel}>
        <Boundary key={tab} what={`The part “${WORDS[tab]}”`}>
          <Suspense fallback={<Skeleton h="100%" mih="20rem" />}>
            <Shown {...props} tab={tab} />
          </Suspense>
        </Boundary>
      </Tabs.Panel>
    </Tabs>
  );
}

function Shown({ run, graph, search, tab, onTab, onSelect, onWithin }: Props & { tab: RunTab }) {
  const selected = search.node;
  if (tab === "details") return <Details run={run} />;
  if (tab === "timeline") return <TimelineView runId={run.id} selected={selected} onSelect={onSelect} />;
  if (graph.error && !graph.data)
    return <Failure error={graph.error} what="The graph" retry={() => void graph.refetch()} />;
  const drawn = graph.data?.graph;
  if (tab === "graph")
    return (
      <RunGraphView
        graph={drawn}
        selected={selected}
        onSelect={onSelect}
        onWithin={onWithin}
        onTable={() => onTab("tasks")}
      />
    );
  if (!drawn) return <Skeleton h="100%" mih="20rem" />;
  if (tab === "tasks") return <TasksTable runId={run.id} graph={drawn} selected={selected} onSelect={onSelect} />;
  if (tab === "metrics") return <RunMetrics runId={run.id} graph={drawn} />;
  return <ArtifactsTab graph={drawn} selected={selected} onSelect={onSelect} />;
}
