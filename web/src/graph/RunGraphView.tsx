import { Alert, Anchor, Breadcrumbs, Button, Skeleton, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Graph } from "@/api/client";
import { whole } from "@/format/numbers";
import { Empty } from "@/parts/Empty";
import { GraphCanvas } from "./GraphCanvas";
import { prepare } from "./layouts";

/** Above this, a table says more than a picture. */
const HUGE = 20_000;

type Props = {
  graph: Graph | undefined;
  selected: string | undefined;
  onSelect: (node: string | undefined) => void;
  onWithin: (path: string | undefined) => void;
  /** Show the tasks as a table instead. */
  onTable: () => void;
};

/** A run's graph, or that of a group in it. */
export function RunGraphView({ graph, selected, onSelect, onWithin, onTable }: Props) {
  const [isWanted, setWanted] = useState(false);
  useEffect(() => void prepare(), []);
  if (!graph) return <Skeleton h="100%" mih="20rem" />;
  const size = graph.tasks.length + graph.artifacts.length;
  if (!size)
    return <Empty title="This pipeline has no tasks">A task appears here for each component that it runs.</Empty>;
  if (size > HUGE && !isWanted)
    return (
      <Alert color="blue" title={`This run has ${whole(graph.tasks.length)} tasks`}>
        <Text size="sm">A table shows that many better than a picture does.</Text>
        <Button size="compact-sm" mt="sm" mr="xs" onClick={onTable}>
          Show the tasks
        </Button>
        <Button size="compact-sm" mt="sm" variant="default" onClick={() => setWanted(true)}>
          Draw them all the same
        </Button>
      </Alert>
    );
  return (
    <Stack h="100%" gap={6} mih={0}>
      {graph.within && <Within path={graph.within} onWithin={onWithin} />}
      <div style={{ flex: 1, minHeight: 0 }}>
        <GraphCanvas key={graph.within} graph={graph} selected={selected} onSelect={onSelect} onEnter={onWithin} />
      </div>
    </Stack>
  );
}

/** The way back from a group that is shown by itself. */
function Within({ path, onWithin }: { path: string; onWithin: Props["onWithin"] }) {
  const names = path.split(".");
  return (
    <Breadcrumbs separator="/" aria-label="Group">
      <Anchor component="button" type="button" size="sm" onClick={() => onWithin(undefined)}>
        Whole run
      </Anchor>
      {names.slice(0, -1).map((name, at) => (
        <Anchor
          key={name}
          component="button"
          type="button"
          size="sm"
          onClick={() => onWithin(names.slice(0, at + 1).join("."))}
        >
          {name}
        </Anchor>
      ))}
      <Text size="sm">{names.at(-1)}</Text>
    </Breadcrumbs>
  );
}
