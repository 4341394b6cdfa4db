/** The difference between runs as one graph; click a node to see why. Below it the same as a table. */
import { Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Comparison, Graph } from "@/api/client";
import { runGraphQuery } from "@/api/queries";
import type { Marks } from "@/graph/cards";
import { GraphCanvas } from "@/graph/GraphCanvas";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Split } from "@/run/Split";
import { Tasks } from "./Tasks";
import { onNodes, united } from "./union";
import { Legend, markOf } from "./VerdictMark";
import classes from "./Verdicts.module.css";
import { judged } from "./verdicts";
import { Why } from "./Why";

/** Of more runs, a node has no room. */
const MOST = 10;

type Props = { found: Comparison; node: string | undefined; onNode: (node: string | undefined) => void };

export function GraphTab({ found, node, onNode }: Props) {
  if (!found.tasks.length) return <Empty title="No tasks">None of these runs has got that far.</Empty>;
  return (
    <Stack gap="lg">
      {found.runs.length > 1 && <Differences found={found} node={node} onNode={onNode} />}
      <Stack gap="xs" component="section">
        <Title order={2} size="h5">
          The same as a table
        </Title>
        <Tasks found={found} />
      </Stack>
    </Stack>
  );
}

function Differences({ found, node, onNode }: Props) {
  const runs = found.runs.slice(0, MOST);
  // Loops are folded: a loop's task stands for the same task of all its turns, in every run.
  const { graphs, error } = useQueries({
    queries: runs.map((run) => runGraphQuery(run.id, "", 0)),
    combine: (results) => ({
      graphs: results.every((result) => result.data) ? results.map((result) => result.data!.graph) : undefined,
      error: results.find((result) => result.error)?.error,
    }),
  });
  const graph = useMemo(() => graphs && united(graphs), [graphs]);
  const verdicts = useMemo(() => graph && onNodes(graph, judged(cut(found)), runs.length), [graph, found, runs.length]);
  const marks = useMemo(() => graph && verdicts && marksOf(graph, verdicts), [graph, verdicts]);
  if (error) return <Failure error={error} what="The graphs of these runs" />;
  return (
    <Stack gap="xs" component="section">
      <Legend />
      <Text size="sm" className="muted">
        Each against the base, A{found.runs.length > MOST && `; of more than ${MOST} runs, the first are drawn`}. Click
        a task or an artifact to see why.
      </Text>
      <div className={classes.canvas}>
        {graph && verdicts ? (
          <Split
            label="Why it differs"
            side={
              node && <Why found={found} node={node} graph={graph} verdicts={verdicts} onNode={onNode} key={node} />
            }
          >
            <GraphCanvas
              graph={graph}
              selected={node}
              onSelect={onNode}
              marks={marks}
              label="Graph of the differences"
            />
          </Split>
        ) : (
          <Skeleton h="100%" />
        )}
      </div>
    </Stack>
  );
}

function marksOf(graph: Graph, verdicts: ReturnType<typeof onNodes>): Marks {
  const artifacts = new Set(graph.artifacts.map((artifact) => artifact.id));
  return new Map([...verdicts].map(([id, all]) => [id, markOf(all, artifacts.has(id))]));
}

/** The comparison of the runs that are drawn. */
function cut(found: Comparison): Comparison {
  if (found.runs.length <= MOST) return found;
  const first = <T extends { cells: unknown[] }>(row: T): T => ({ ...row, cells: row.cells.slice(0, MOST) });
  return { ...found, tasks: found.tasks.map(first), artifacts: found.artifacts.map(first) };
}
