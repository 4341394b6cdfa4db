/** The nodes and edges as the canvas takes them: what did not change stays the same object. */
import type { Edge, Node } from "@xyflow/react";
import { createContext, type ReactNode, useContext } from "react";
import { stateColor } from "@/parts/State";
import { label, stateOf, tone } from "./facts";
import type { Folded, Shown, ShownEdge } from "./folding";
import type { Layout } from "./layout";
import { sizeOf } from "./sketch";
import type { Reach } from "./walk";

/** What a node says instead of its state, where the graph is not that of one run. */
export type Mark = {
  /** How its card looks: a word of Graph.module.css. */
  tone: string;
  /** In CSS's words. */
  color: string;
  /** In words. */
  label: string;
  icon: ReactNode;
  /** The line under its name. */
  line: ReactNode;
};
export type Marks = ReadonlyMap<string, Mark>;

export type CardData = {
  shown: Shown;
  label: string;
  isSelected: boolean;
  isTabStop: boolean;
  isTaken: boolean;
  /** Of an open group: the size of its head. */
  head?: { width: number; height: number };
  mark?: Mark;
  /** In which it is drawn from afar. */
  color: string;
};
export type CardNode = Node<CardData>;
export type WayEdge = Edge<{ path: string; shown: ShownEdge; isLit: boolean }>;

export type Actions = {
  select: (id: string) => void;
  toggle: (path: string) => void;
  /** Show a group by itself; none where that is not possible. */
  enter?: (path: string) => void;
};
export const ActionsContext = createContext<Actions>({ select: () => {}, toggle: () => {} });
export const useActions = () => useContext(ActionsContext);

type Looks = { selected: string | undefined; tabStop: string | undefined; reach: Reach | undefined; marks?: Marks };

export function cardNodes(
  { nodes }: Folded,
  { boxes }: Layout,
  { selected, tabStop, reach, marks }: Looks,
  before: ReadonlyMap<string, CardNode>,
): CardNode[] {
  const skipped = new Set(nodes.filter((node) => node.task?.state === "SKIPPED").map((node) => node.id));
  const depths = new Map<string, number>();
  return nodes.flatMap((shown) => {
    const box = boxes.get(shown.id);
    if (!box) return [];
    const depth = (depths.get(shown.parent) ?? -1) + 1;
    depths.set(shown.id, depth);
    const mark = marks?.get(shown.id);
    const data: CardData = {
      shown,
      label: mark ? `${label(shown)}, ${mark.label}` : label(shown),
      isSelected: shown.id === selected,
      isTabStop: shown.id === tabStop,
      // A condition that did not hold, where nothing else kept its tasks from running.
      isTaken: !(skipped.has(shown.id) && !skipped.has(shown.parent) && !shown.task?.error),
      head: shown.fold === "open" ? sizeOf(shown) : undefined,
      mark,
      color: mark?.color ?? colorOf(shown),
    };
    const { x, y, width, height } = box;
    const node: CardNode = {
      id: shown.id,
      type: shown.artifact ? "artifact" : shown.fold === "open" ? "frame" : "task",
      position: { x, y },
      width,
      height,
      measured: { width, height },
      zIndex: shown.fold === "open" ? depth : ABOVE_EDGES + depth,
      className: reach?.nodes.has(shown.id) ? "lit" : "",
      data,
    };
    const old = before.get(shown.id);
    return [old && isSame(old, node) ? old : node];
  });
}

/** Frames are below the edges, cards above them. */
const EDGES = 50;
const ABOVE_EDGES = 100;

export function wayEdges({ edges }: Folded, { paths }: Layout, reach: Reach | undefined): WayEdge[] {
  return edges.flatMap((shown) => {
    const path = paths.get(shown.id);
    if (!path) return [];
    const isLit = reach?.edges.has(shown.id) ?? false;
    const { id, source, target } = shown;
    return [{ id, source, target, type: "way", zIndex: isLit ? EDGES + 1 : EDGES, data: { path, shown, isLit } }];
  });
}

function colorOf({ artifact, task }: Shown): string {
  if (artifact) return artifact.made ? `var(--${tone(artifact.type)})` : "var(--line)";
  const state = stateOf(task);
  return state ? stateColor(state) : "var(--busy)";
}

function isSame(a: CardNode, b: CardNode): boolean {
  return (
    a.position.x === b.position.x &&
    a.position.y === b.position.y &&
    a.width === b.width &&
    a.height === b.height &&
    a.type === b.type &&
    a.zIndex === b.zIndex &&
    a.className === b.className &&
    a.data.isSelected === b.data.isSelected &&
    a.data.isTabStop === b.data.isTabStop &&
    a.data.isTaken === b.data.isTaken &&
    a.data.mark === b.data.mark &&
    a.data.shown.task === b.data.shown.task &&
    a.data.shown.artifact === b.data.shown.artifact &&
    a.data.shown.fold === b.data.shown.fold
  );
}
