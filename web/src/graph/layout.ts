/** Where nodes and edges lie: what is asked of the layered layout, and what it says. Pure. */
import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import type { Folded, Shown, ShownEdge } from "./folding";

export type Box = { x: number; y: number; width: number; height: number };
/** `paths` are those of the edges, in SVG's words, around the nodes. */
export type Layout = { boxes: Map<string, Box>; paths: Map<string, string>; width: number; height: number };

const SIZES = { task: { width: 236, height: 60 }, artifact: { width: 188, height: 46 } };
/** The height of an open group's head. */
export const HEAD = 52;
const CORNER = 7;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.aspectRatio": "1.6",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.layered.mergeEdges": "true",
  "elk.spacing.nodeNode": "14",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "10",
  "elk.layered.spacing.nodeNodeBetweenLayers": "34",
  "elk.layered.spacing.edgeNodeBetweenLayers": "14",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
  "elk.padding": "[top=8,left=8,bottom=8,right=8]",
  "org.eclipse.elk.json.shapeCoords": "ROOT",
  "org.eclipse.elk.json.edgeCoords": "ROOT",
};
/** Without groups, parts that nothing connects are packed side by side. */
const NESTED = { "elk.hierarchyHandling": "INCLUDE_CHILDREN" };
/** Nodes stand in the order of the pipeline, as far as edges don't cross for it, and in the middle of what they make. */
const CAREFUL = {
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.layered.considerModelOrder.strategy": "PREFER_NODES",
  "elk.layered.considerModelOrder.crossingCounterNodeInfluence": "0.1",
};
/** More nodes than these, or a row as wide, would take the careful layout up to minutes; the quick one takes a second. */
const MANY = 150;
const WIDE = 40;
const QUICK = { "elk.layered.thoroughness": "1" };
const GROUP = { "elk.padding": `[top=${HEAD + 14},left=16,bottom=16,right=16]` };

/** The same for two graphs that only differ in what happened. */
export function topology({ nodes, edges }: Folded): string {
  return JSON.stringify([nodes.map((node) => [node.id, node.parent, node.fold]), edges.map((edge) => edge.id)]);
}

export function asked({ nodes, edges }: Folded): ElkNode {
  const elements = new Map(nodes.map((node) => [node.id, element(node)]));
  const root: ElkNode = { id: "", layoutOptions: options(nodes, edges), children: [] };
  for (const { id, parent } of nodes) {
    const around = elements.get(parent) ?? root;
    around.children = [...(around.children ?? []), elements.get(id)!];
  }
  root.edges = edges.map(({ id, source, target }) => ({ id, sources: [source], targets: [target] }));
  return root;
}

export function answered(root: ElkNode): Layout {
  const layout: Layout = { boxes: new Map(), paths: new Map(), width: root.width ?? 0, height: root.height ?? 0 };
  const read = (node: ElkNode) => {
    const { x = 0, y = 0, width = 0, height = 0 } = node;
    // Whole numbers: text that lies between pixels is blurred.
    if (node !== root) layout.boxes.set(node.id, { x: Math.round(x), y: Math.round(y), width, height });
    for (const edge of node.edges ?? []) layout.paths.set(edge.id, path(edge));
    node.children?.forEach(read);
  };
  read(root);
  return layout;
}

function options(nodes: readonly Shown[], edges: readonly ShownEdge[]): Record<string, string> {
  const fans = new Map<string, number>();
  for (const { source } of edges) fans.set(source, (fans.get(source) ?? 0) + 1);
  const isWide = [...fans.values()].some((fan) => fan >= WIDE);
  const isNested = nodes.some((node) => node.fold === "open");
  return { ...OPTIONS, ...(isNested ? NESTED : {}), ...(isWide || nodes.length > MANY ? QUICK : CAREFUL) };
}

function element(node: Shown): ElkNode {
  if (node.fold === "open") return { id: node.id, layoutOptions: GROUP, children: [] };
  return { id: node.id, ...(node.task ? SIZES.task : SIZES.artifact) };
}

/** A way through bend points, its corners rounded. */
function path(edge: ElkExtendedEdge): string {
  return (edge.sections ?? [])
    .map(({ startPoint, bendPoints = [], endPoint }) => {
      const points = [startPoint, ...bendPoints, endPoint];
      let way = `M${startPoint.x} ${startPoint.y}`;
      for (let at = 1; at < points.length - 1; at++) {
        const [before, corner, after] = [points[at - 1]!, points[at]!, points[at + 1]!];
        const [from, to] = [towards(corner, before), towards(corner, after)];
        way += `L${from.x} ${from.y}Q${corner.x} ${corner.y} ${to.x} ${to.y}`;
      }
      return `${way}L${endPoint.x} ${endPoint.y}`;
    })
    .join("");
}

type Point = { x: number; y: number };

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
