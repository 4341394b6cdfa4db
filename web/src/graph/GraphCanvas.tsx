import "@xyflow/react/dist/base.css";
import { Loader, Text } from "@mantine/core";
import { Background, BackgroundVariant, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Graph } from "@/api/client";
import { Failure } from "@/parts/Failure";
import { ArtifactCard } from "./ArtifactCard";
import { nodeAt } from "./boxes";
import { type Actions, ActionsContext, type Marks } from "./cards";
import { FarBoxes } from "./FarBoxes";
import { farness, hasEdges } from "./farness";
import { groupsOf } from "./folding";
import classes from "./Graph.module.css";
import { MiniMap } from "./MiniMap";
import { Frame, TaskCard } from "./TaskCard";
import { Toolbar } from "./Toolbar";
import { useDrawn } from "./useDrawn";
import { useFolds } from "./useFolds";
import { useGraphKeys } from "./useGraphKeys";
import { useLayout } from "./useLayout";
import { useView } from "./useView";
import { FURTHEST, NEAREST } from "./viewport";
import { AllWays, Arrows, Way } from "./Way";
import { named, nextFailed, standIn, step } from "./walk";

const NODES = { task: TaskCard, artifact: ArtifactCard, frame: Frame };
const EDGES = { way: Way };
const NO_EDGES: never[] = [];
/** Of more nodes, artifacts are shown when they are asked for. */
const MANY = 400;
/** Of more nodes, there are boxes sooner, and a small map. */
const LARGE = 100;

export type GraphCanvasProps = {
  graph: Graph;
  /** A task's path, or `path:output` of an artifact. */
  selected?: string;
  onSelect: (node: string | undefined) => void;
  /** Show a group of the graph by itself. */
  onEnter?: (path: string) => void;
  /** What nodes say instead of their state. */
  marks?: Marks;
  label?: string;
};

/** A run or a pipeline as a picture: tasks and artifacts, top down. */
export function GraphCanvas(props: GraphCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ graph, selected: asked, onSelect, onEnter, marks, label }: GraphCanvasProps) {
  const root = useRef<HTMLDivElement>(null);
  const [artifacts, setArtifacts] = useState(() => graph.tasks.length + graph.artifacts.length <= MANY);
  const { folded, toggle, all, reveal } = useFolds(graph, artifacts);
  const { laidOut, error } = useLayout(folded);
  const ids = useMemo(() => new Set(nodesOf(graph)), [graph]);
  const selected = asked && standIn(asked, (id) => ids.has(id));
  const { isSettled, moved, fitAll, fitNext, show, hold } = useView(root, laidOut, selected);
  const { screenToFlowPosition } = useReactFlow();
  const [tabStop, setTabStop] = useState<string>();
  const drawn = laidOut?.folded;
  const isLarge = (drawn?.nodes.length ?? 0) > LARGE;
  const far = useStore(({ transform: [, , zoom] }) => farness(zoom, isLarge));
  const isBoxes = far === "boxes";
  const isDrawn = (id: string | undefined) => id !== undefined && laidOut?.layout.boxes.has(id);
  const isSelectedDrawn = isDrawn(selected);
  const stop = [tabStop, selected].find(isDrawn) ?? drawn?.nodes[0]?.id;
  const { nodes, edges, lit } = useDrawn(isSettled ? laidOut : undefined, selected, stop, marks);
  // What has the focus, or would get it, stays, so that the graph can be walked through from afar, too.
  const cards = useMemo(
    () => (isBoxes ? nodes.filter(({ data }) => data.isTabStop || data.isSelected) : nodes),
    [isBoxes, nodes],
  );

  useEffect(() => {
    if (selected) reveal(selected);
  }, [selected, reveal]);
  useEffect(() => {
    if (selected && isSelectedDrawn) show(selected);
  }, [selected, isSelectedDrawn, show]);

  const select = useCallback(
    (id: string) => {
      setTabStop(id);
      onSelect(id);
    },
    [onSelect],
  );
  const turn = useCallback(
    (path: string) => {
      hold(path);
      toggle(path);
    },
    [hold, toggle],
  );
  const focus = (id: string | undefined) => {
    if (!id) return;
    setTabStop(id);
    show(id);
    focusSoon(root.current, id);
  };
  const failed = () => {
    const next = nextFailed(graph, selected);
    if (next) select(next);
  };
  useGraphKeys(root, {
    move: (from, to) => drawn && focus(step(drawn, laidOut.layout.boxes, from, to)),
    fit: fitAll,
    artifacts: () => setArtifacts(!artifacts),
    failed,
    open: (open) => {
      const node = drawn?.nodes.find((node) => node.id === stop);
      if (node?.fold === (open ? "closed" : "open")) turn(node.id);
    },
    close: selected ? () => onSelect(undefined) : undefined,
  });
  const press = (event: React.MouseEvent) => {
    const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const found = isBoxes ? nodeAt(nodes, x, y) : undefined;
    if (found) select(found.id);
    else onSelect(undefined);
  };

  const actions: Actions = useMemo(() => ({ select, toggle: turn, enter: onEnter }), [select, turn, onEnter]);
  if (error) return <Failure error={error} what="The graph" />;
  return (
    <section
      ref={root}
      className={`${classes.canvas} ${lit ? classes.focused : ""}`}
      data-far={far}
      aria-label={label ?? "Graph of tasks and artifacts"}
      aria-busy={laidOut?.folded !== folded}
    >
      <Arrows />
      <ActionsContext value={actions}>
        <ReactFlow
          nodes={cards}
          edges={hasEdges(far) ? edges : NO_EDGES}
          nodeTypes={NODES}
          edgeTypes={EDGES}
          onPaneClick={press}
          onMoveStart={(event) => event && moved()}
          minZoom={FURTHEST}
          maxZoom={NEAREST}
          onlyRenderVisibleElements
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          zoomOnDoubleClick={false}
          disableKeyboardA11y
          zIndexMode="manual"
        >
          {!isBoxes && (
            <Background variant={BackgroundVariant.Dots} gap={18} size={1.4} color="var(--dot)" bgColor="transparent" />
          )}
          {!hasEdges(far) && <AllWays edges={edges} />}
          {isBoxes && <FarBoxes nodes={nodes} lit={lit !== undefined} />}
        </ReactFlow>
      </ActionsContext>
      <Toolbar
        artifacts={artifacts}
        onArtifacts={setArtifacts}
        hasGroups={groupsOf(graph).size > 0}
        onAll={(open) => {
          fitNext();
          all(open);
        }}
        onFit={fitAll}
        onSearch={(text) => {
          const found = named(nodesOf(graph), text);
          if (found) select(found);
        }}
        onFailed={graph.tasks.some((task) => task.state === "FAILED") ? failed : undefined}
      />
      {laidOut && isLarge && <MiniMap nodes={nodes} width={laidOut.layout.width} height={laidOut.layout.height} />}
      {!laidOut && (
        <Text size="sm" className={`card ${classes.note}`} role="status">
          <Loader size={12} mr={6} />
          Drawing {folded.nodes.length} nodes…
        </Text>
      )}
    </section>
  );
}

function nodesOf(graph: Graph): string[] {
  return [...graph.tasks.map((task) => task.path), ...graph.artifacts.map((artifact) => artifact.id)];
}

/** Give a node the focus once it is drawn: one that just came into sight is not yet. */
function focusSoon(root: HTMLElement | null, id: string, tries = 20) {
  const found = root?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`);
  if (found) found.focus({ preventScroll: true });
  else if (tries > 0) requestAnimationFrame(() => focusSoon(root, id, tries - 1));
}
