import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { BACKGROUND, runGraphQuery, runQuery } from "@/api/queries";
import { Failure } from "@/parts/Failure";
import { Page } from "@/parts/Page";
import { ENDED, State } from "@/parts/State";
import { Inspector } from "./Inspector";
import { RunActions } from "./RunActions";
import { RunFacts } from "./RunFacts";
import { RunFailure } from "./RunFailure";
import { RunTabs } from "./RunTabs";
import { IfWorse, SinceLastGood } from "./SinceLastGood";
import { Split } from "./Split";
import { atNode, type RunSearch, type RunTab } from "./search";
import { useLiveRun } from "./useLiveRun";

const route = getRouteApi("/runs/$runId");

export function RunPage() {
  const { runId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const found = useQuery({
    ...runQuery(runId),
    ...BACKGROUND,
    refetchInterval: ({ state }) => (state.data && ENDED.has(state.data.state) ? false : BACKGROUND.refetchInterval),
  });
  const run = found.data;
  const isGoing = run !== undefined && !ENDED.has(run.state);
  const graph = useQuery({ ...runGraphQuery(runId, search.within), ...(isGoing ? BACKGROUND : {}) });
  const isLive = useLiveRun(run);

  const go = useCallback(
    (change: Partial<RunSearch>, replace = false) =>
      void navigate({ search: (known) => ({ ...known, ...change }), replace, resetScroll: false }),
    [navigate],
  );
  const select = useCallback((node: string | undefined) => go(atNode(node), node === undefined), [go]);
  const within = useCallback((path: string | undefined) => go({ within: path, node: undefined, tab: undefined }), [go]);

  if (found.error && !run)
    return (
      <Page title="Run">
        <Failure error={found.error} what="This run" retry={() => void found.refetch()} />
      </Page>
    );
  if (!run) return <Waiting />;
  const drawn = graph.data?.graph;
  const isDrawn = (search.tab ?? "graph") === "graph";
  return (
    <Page
      filled
      title={run.name}
      crumbs={[{ label: "Runs", link: { to: "/runs" } }]}
      aside={<State state={run.state} />}
      actions={<RunActions run={run} />}
    >
      <RunFacts run={run} isLive={isLive} />
      {run.state === "FAILED" && isDrawn && (
        <Stack gap="xs">
          <RunFailure run={run} graph={drawn} onSelect={select} />
          <SinceLastGood runId={runId} isShort />
        </Stack>
      )}
      {run.state === "SUCCEEDED" && isDrawn && <IfWorse runId={runId} />}
      <Split
        label="Details of the selection"
        side={
          search.node && drawn ? (
            <Inspector
              runId={runId}
              graph={drawn}
              node={search.node}
              panel={search.panel}
              cell={search.cell}
              onPanel={(panel) => go({ panel }, true)}
              onCell={(cell) => go({ cell })}
              onWithin={within}
              onClose={() => select(undefined)}
            />
          ) : null
        }
      >
        <RunTabs
          run={run}
          graph={graph}
          search={search}
          onTab={(tab: RunTab) => go({ tab })}
          onSelect={select}
          onWithin={within}
        />
      </Split>
    </Page>
  );
}

function Waiting() {
  return (
    <Page title="Run" filled>
      <Skeleton h={36} />
      <Skeleton style={{ flex: 1 }} />
    </Page>
  );
}
