import { Button, CloseButton, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { ArtifactNode, Graph, TaskNode } from "@/api/client";
import { called, calledArtifact, condition, counts, stateOf, total, turns, typeWord } from "@/graph/facts";
import { ArtifactIcon, TaskIcon } from "@/graph/looks";
import { Boundary, Failure } from "@/parts/Failure";
import { State } from "@/parts/State";
import { Inside } from "./Inside";
import classes from "./Inspector.module.css";
import { ToNode } from "./ToNode";
import { useNode } from "./useNode";
import { turnOf } from "./within";

const TaskPanel = lazy(() => import("@/task/TaskPanel").then((module) => ({ default: module.TaskPanel })));
const TurnsTable = lazy(() => import("./TurnsTable").then((module) => ({ default: module.TurnsTable })));
const ArtifactPanel = lazy(() =>
  import("@/artifacts/ArtifactPanel").then((module) => ({ default: module.ArtifactPanel })),
);

type Props = {
  runId: string;
  graph: Graph;
  /** A node of the graph, or of a turn of a loop that is folded in it. */
  node: string;
  panel: string | undefined;
  cell: string | undefined;
  onPanel: (panel: string) => void;
  onCell: (cell: string | undefined) => void;
  onWithin: (path: string) => void;
  onClose: () => void;
};

/** What there is to know of the selected node. */
export function Inspector({ runId, graph: given, node, panel, cell, onPanel, onCell, onWithin, onClose }: Props) {
  const { graph, task, artifact, isLoading, error } = useNode(runId, given, node);
  const state = task && stateOf(task);
  return (
    <div className={classes.inspector}>
      <Group justify="space-between" wrap="nowrap" align="start" mb="xs">
        <Group gap="xs" wrap="nowrap" miw={0}>
          {task && <TaskIcon kind={task.kind} />}
          {artifact && <ArtifactIcon artifact={artifact} />}
          <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
            {task ? called(task) : artifact ? calledArtifact(artifact) : node}
          </Title>
          {state && <State state={state} />}
        </Group>
        <CloseButton onClick={onClose} aria-label="Close the panel" />
      </Group>
      <Boundary key={node} what="This part">
        <Suspense fallback={<Skeleton h="20rem" />}>
          {isLoading && <Skeleton h="20rem" aria-label="Loading the turn" />}
          {error != null && <Failure error={error} what="This turn" />}
          <Around runId={runId} node={node} />
          {task && (
            <About
              task={task}
              graph={graph}
              runId={runId}
              onWithin={task.path === given.within ? undefined : onWithin}
            />
          )}
          {task?.id && <TaskPanel runId={runId} task={task.id} tab={panel} onTab={onPanel} />}
          {artifact?.artifact_id && (
            <ArtifactPanel artifactId={artifact.artifact_id} cell={cell} onCell={onCell} runId={runId} />
          )}
          {artifact && !artifact.artifact_id && <Several artifact={artifact} runId={runId} />}
          {!task && !artifact && !isLoading && error == null && (
            <Text size="sm">This run has no such task or artifact.</Text>
          )}
        </Suspense>
      </Boundary>
    </div>
  );
}

/** The way up from a turn to its loop, and from what is in a turn to that. */
function Around({ runId, node }: { runId: string; node: string }) {
  const turn = turnOf(node);
  if (!turn) return null;
  const up = turn === node ? turn.replace(/\[\d+\]$/, "") : turn;
  return (
    <Text size="sm" mb="xs">
      in{" "}
      <ToNode runId={runId} node={up}>
        {up}
      </ToNode>
    </Text>
  );
}

type AboutProps = { task: TaskNode; graph: Graph; runId: string; onWithin: ((path: string) => void) | undefined };

/** What the graph alone tells of a task: what is in it, its turns, and of those of which nothing is recorded, why. */
function About({ task, graph, runId, onWithin }: AboutProps) {
  const isRecorded = task.id !== "";
  const isOfSeveral = !isRecorded && total(task.states) > 0;
  const begun = task.turns?.begun ?? 0;
  const isGroup = task.kind === "DAG" || task.kind === "CONDITION" || task.kind === "ITERATION";
  const facts = [condition(task), turns(task), total(task.states) > 1 ? counts(task.states) : ""].filter(Boolean);
  return (
    <Stack gap="xs" mb="sm">
      {facts.length > 0 && <Text size="sm">{facts.join(" · ")}</Text>}
      {task.kind === "ITERATION" && task.item !== null && !called(task).includes(":") && (
        <pre className={classes.value}>{JSON.stringify(task.item, null, 1)}</pre>
      )}
      {(isGroup || begun > 0) && isRecorded && onWithin && (
        <Button size="compact-xs" variant="default" onClick={() => onWithin(task.path)} style={{ alignSelf: "start" }}>
          Show it by itself
        </Button>
      )}
      {isGroup && <Inside runId={runId} graph={graph} group={task.path} />}
      {isOfSeveral && (
        <Text size="sm" className="muted">
          It stands for the same task of several turns.
        </Text>
      )}
      {(begun > 0 || isOfSeveral) && <TurnsTable runId={runId} node={task.path} />}
      {!isRecorded && !task.turns && !isOfSeveral && (
        <Text size="sm" className="muted">
          {task.state === "PENDING" || task.state === null
            ? "It has not begun: nothing is recorded of it yet."
            : "It never ran: nothing is recorded of it."}
        </Text>
      )}
    </Stack>
  );
}

/** An artifact that is not one: not made yet, a list, or one for each turn of a loop. */
function Several({ artifact, runId }: { artifact: ArtifactNode; runId: string }) {
  const type = typeWord(artifact.type);
  if (!artifact.made)
    return <Text size="sm">{`A ${type} that ${artifact.producer || "nothing"} has not made yet.`}</Text>;
  return (
    <Stack gap="xs">
      <Text size="sm">
        {artifact.is_list
          ? `A list of ${artifact.made} artifacts of type ${type}.`
          : `${artifact.made} artifacts of type ${type}, one for each turn.`}
      </Text>
      <TurnsTable runId={runId} node={artifact.is_list ? artifact.producer : artifact.id} />
    </Stack>
  );
}
