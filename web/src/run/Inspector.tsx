import { CloseButton, Group, Skeleton, Text, Title } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { ArtifactNode, Graph, TaskNode } from "@/api/client";
import { counts, turns, typeWord } from "@/graph/facts";
import { ArtifactIcon, TaskIcon } from "@/graph/looks";
import { Boundary } from "@/parts/Failure";
import { State } from "@/parts/State";
import classes from "./Inspector.module.css";

const TaskPanel = lazy(() => import("@/task/TaskPanel").then((module) => ({ default: module.TaskPanel })));
const ArtifactPanel = lazy(() =>
  import("@/artifacts/ArtifactPanel").then((module) => ({ default: module.ArtifactPanel })),
);

type Props = {
  runId: string;
  graph: Graph;
  /** A node of the graph. */
  node: string;
  panel: string | undefined;
  cell: string | undefined;
  onPanel: (panel: string) => void;
  onCell: (cell: string | undefined) => void;
  onWithin: (path: string) => void;
  onClose: () => void;
};

/** What there is to know of the selected node. */
export function Inspector({ runId, graph, node, panel, cell, onPanel, onCell, onWithin, onClose }: Props) {
  const task = graph.tasks.find((task) => task.path === node);
  const artifact = graph.artifacts.find((artifact) => artifact.id === node);
  return (
    <div className={classes.inspector}>
      <Group justify="space-between" wrap="nowrap" align="start" mb="xs">
        <Group gap="xs" wrap="nowrap" miw={0}>
          {task && <TaskIcon kind={task.kind} />}
          {artifact && <ArtifactIcon artifact={artifact} />}
          <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
            {task?.name ?? artifact?.name ?? node}
          </Title>
          {task?.state && <State state={task.state} />}
        </Group>
        <CloseButton onClick={onClose} aria-label="Close the panel" />
      </Group>
      <Boundary key={node} what="This part">
        <Suspense fallback={<Skeleton h="20rem" />}>
          {task && <About task={task} onWithin={onWithin} />}
          {task?.id && <TaskPanel runId={runId} task={task.id} tab={panel} onTab={onPanel} />}
          {artifact?.artifact_id && (
            <ArtifactPanel artifactId={artifact.artifact_id} cell={cell} onCell={onCell} runId={runId} />
          )}
          {artifact && !artifact.artifact_id && <Several artifact={artifact} />}
          {!task && !artifact && <Text size="sm">This run has no such task or artifact.</Text>}
        </Suspense>
      </Boundary>
    </div>
  );
}

/** What the graph alone tells of a task: its turns, and those of which nothing is recorded. */
function About({ task, onWithin }: { task: TaskNode; onWithin: (path: string) => void }) {
  const isRecorded = task.id !== "";
  return (
    <>
      {task.condition && (
        <Text size="sm">
          Runs if <span className="mono">{task.condition}</span>
        </Text>
      )}
      {(task.turns || total(task) > 1) && (
        <Text size="sm">{[turns(task), counts(task.states)].filter(Boolean).join(" · ")}</Text>
      )}
      {task.turns?.folded && task.turns.begun > 0 && <Turns task={task} onWithin={onWithin} />}
      {!isRecorded && !task.turns && (
        <Text size="sm" className="muted">
          {task.state === "PENDING" || task.state === null
            ? "It has not begun: nothing is recorded of it yet."
            : total(task) > 0
              ? "It stands for the same task of several turns. Show a turn of the loop by itself to see one of them."
              : "It never ran: nothing is recorded of it."}
        </Text>
      )}
    </>
  );
}

const TURNS = 200;

/** The turns of a loop that is drawn once for all: each can be shown by itself. */
function Turns({ task, onWithin }: { task: TaskNode; onWithin: (path: string) => void }) {
  const failed = new Set(task.turns!.failed);
  const others = Array.from({ length: Math.min(task.turns!.begun, TURNS) }, (_, turn) => turn);
  const turns = [...failed, ...others.filter((turn) => !failed.has(turn))];
  return (
    <nav aria-label="Turns" className={classes.turns}>
      {turns.map((turn) => (
        <button
          key={turn}
          type="button"
          data-failed={failed.has(turn) || undefined}
          aria-label={`Show turn ${turn}${failed.has(turn) ? ", failed" : ""}`}
          onClick={() => onWithin(`${task.path}[${turn}]`)}
        >
          {failed.has(turn) ? `✕ ${turn}` : turn}
        </button>
      ))}
    </nav>
  );
}

function Several({ artifact }: { artifact: ArtifactNode }) {
  const type = typeWord(artifact.type);
  if (!artifact.made)
    return <Text size="sm">{`A ${type} that ${artifact.producer || "nothing"} has not made yet.`}</Text>;
  return (
    <Text size="sm">
      {artifact.is_list
        ? `A list of ${artifact.made} artifacts of type ${type}. The Artifacts tab of each turn has them.`
        : `${artifact.made} artifacts of type ${type}, one for each turn. Show a turn of the loop by itself to see its own.`}
    </Text>
  );
}

function total(task: TaskNode): number {
  return Object.values(task.states).reduce((sum, count) => sum + count, 0);
}
