/** All metrics of a run: its loops as tables, the others by the task and the artifact that they are of. */
import { Anchor, Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ArtifactNode, Graph, Loop } from "@/api/client";
import { artifactQuery, loopsQuery } from "@/api/queries";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { useAddress } from "@/parts/useAddress";
import { ArtifactView } from "./ArtifactView";
import { isShareName } from "./glossary";
import { LoopTable } from "./LoopTable";
import { OpenTurn } from "./OpenTurn";
import { type MetricsSearch, metricsSearch } from "./search";
import { isInLoop, loopsWithin } from "./turns";

const OF_TRAINING = /^(last_)?(train|val)/;

const route = getRouteApi("/runs/$runId");

/** The loops that measured something. */
function measured({ loops }: { loops: Loop[] }): { loops: Loop[] } {
  return { loops: loops.filter(({ metrics, turns }) => metrics.length || turns.some((turn) => turn.artifacts.length)) };
}

export function RunMetrics({ runId, graph }: { runId: string; graph: Graph }) {
  const [search, change] = useAddress(metricsSearch);
  const navigate = route.useNavigate();
  const found = useQuery({ ...loopsQuery(runId), select: measured });
  if (found.error) return <Failure error={found.error} what="The loops" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={300} />;
  const loops = loopsWithin(found.data.loops, graph.within);
  const nodes = graph.artifacts
    .filter((node) => node.artifact_id && (isMetrics(node) || isHistory(node)) && !isInLoop(node.id, found.data.loops))
    .sort((a, b) => rank(a) - rank(b));
  if (!nodes.length && !loops.length)
    return (
      <Empty title="No metrics yet">
        A component logs metrics to an output of the type <code>Metrics</code> or <code>ClassificationMetrics</code>.
      </Empty>
    );
  const set = (changed: MetricsSearch) => change(changed, true);
  return (
    <Stack gap="xl">
      {loops.map((loop) => (
        <LoopOf key={loop.path} loop={loop} runId={runId} search={search} onSearch={set} />
      ))}
      {nodes.map((node) => (
        <Stack key={node.id} gap="xs" component="section" maw="60rem">
          <Title order={2} size="h5">
            <Anchor
              inherit
              renderRoot={(rest) => <Link {...rest} to="/runs/$runId" params={{ runId }} search={{ node: node.id }} />}
            >
              {node.producer} / {node.name}
            </Anchor>
          </Title>
          <Shown
            id={node.artifact_id}
            runId={runId}
            onCell={(cell) => void navigate({ search: (before) => ({ ...before, node: node.id, cell }) })}
          />
        </Stack>
      ))}
    </Stack>
  );
}

type LoopProps = { loop: Loop; runId: string; search: MetricsSearch; onSearch: (change: MetricsSearch) => void };

function LoopOf({ loop, runId, search, onSearch }: LoopProps) {
  const turn = loop.turns.find((each) => each.path === search.turn);
  return (
    <Stack gap="md" component="section">
      <LoopTable loop={loop} search={search} onSearch={onSearch} />
      {turn && (
        <OpenTurn key={turn.path} loop={loop} turn={turn} runId={runId} close={() => onSearch({ turn: undefined })} />
      )}
    </Stack>
  );
}

function Shown({ id, runId, onCell }: { id: string; runId: string; onCell?: (cell: string | undefined) => void }) {
  const found = useQuery(artifactQuery(id));
  if (found.error) return <Failure error={found.error} what="These metrics" retry={() => found.refetch()} />;
  return found.data ? <ArtifactView artifact={found.data} runId={runId} onCell={onCell} /> : <Skeleton height={160} />;
}

/** What says how good the result is comes first, then how the training went, counts of photos last. */
function rank(node: ArtifactNode): number {
  const shares = Object.keys(node.scalars).filter(isShareName);
  if (shares.some((name) => !OF_TRAINING.test(name))) return 0;
  if (node.type.endsWith("ClassificationMetrics")) return 1;
  return shares.length ? 2 : isHistory(node) ? 3 : 4;
}

function isMetrics(node: ArtifactNode): boolean {
  return node.type.endsWith("Metrics");
}

function isHistory(node: ArtifactNode): boolean {
  return node.scalars.kind === "history";
}
