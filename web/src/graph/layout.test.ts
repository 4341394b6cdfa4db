import { describe, expect, it } from "vitest";
import type { EdgeKind } from "@/api/client";
import { type Box, HEAD, type Layout, layout, type Sketch } from "./layout";

type Node = Sketch["nodes"][number];
const task = (id: string, parent = ""): Node => ({
  ...{ id, parent, width: 236, height: 54 },
  ...{ isOpen: false, isArtifact: false, isTurn: false },
});
const artifact = (id: string, parent = ""): Node => ({ ...task(id, parent), width: 204, height: 42, isArtifact: true });
const group = (id: string, parent = ""): Node => ({ ...task(id, parent), height: HEAD, isOpen: true });
const edge = (source: string, target: string, kind: EdgeKind = "INPUT") => ({
  ...{ id: `${source}→${target}`, source, target, kind },
});

/** The same numbers each time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A graph of tasks and what they make, in groups in groups, each of which takes what came before it. */
function anyGraph(seed: number, size: number): Sketch {
  const draw = random(seed);
  const graph: Sketch = { nodes: [], edges: [] };
  const fill = (parent: string, count: number, depth: number, given: readonly string[]): string[] => {
    const made: string[] = [];
    for (let number = 0; number < count; number++) {
      const id = `${parent && `${parent}.`}${number}`;
      const before = [...given, ...made];
      if (depth < 3 && draw(4) === 0) {
        graph.nodes.push(group(id, parent));
        const inside = fill(id, 1 + draw(4), depth + 1, before);
        if (before.length && draw(2)) graph.edges.push(edge(before[draw(before.length)]!, id, "PARAMETER"));
        made.push(...(draw(2) ? inside : []));
        continue;
      }
      graph.nodes.push(task(id, parent));
      for (const source of new Set(Array.from({ length: draw(3) }, () => before[draw(before.length)])))
        if (source) graph.edges.push(edge(source, id, source.includes(":") ? "INPUT" : "PARAMETER"));
      for (let output = draw(5); output > 0; output--) {
        graph.nodes.push(artifact(`${id}:${output}`, parent));
        graph.edges.push(edge(id, `${id}:${output}`, "OUTPUT"));
        if (draw(2)) made.push(`${id}:${output}`);
      }
      if (draw(3) === 0) made.push(id);
    }
    return made;
  };
  fill("", size, 0, []);
  return graph;
}

/** The corners of a way, those that are rounded included. */
function corners(path: string): { x: number; y: number }[] {
  return [...path.matchAll(/([MLQ])(-?[\d.]+) (-?[\d.]+)/g)].map(([, , x, y]) => ({ x: Number(x), y: Number(y) }));
}

function crosses(path: string, { x, y, width, height }: Box): boolean {
  const points = corners(path);
  return points.slice(1).some((to, index) => {
    const from = points[index]!;
    const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
    const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
    return right > x + 1 && left < x + width - 1 && bottom > y + 1 && top < y + height - 1;
  });
}

function headOf({ nodes }: Sketch, { boxes }: Layout, id: string): Box {
  return { ...boxes.get(id)!, width: nodes.find((node) => node.id === id)!.width, height: HEAD };
}

const GRAPHS = Array.from({ length: 24 }, (_, seed) => anyGraph(seed + 1, 3 + (seed % 12))).map((graph) => ({
  graph,
  found: layout(graph),
}));

describe("layout", () => {
  it("lays nodes of a group beside or below each other", () => {
    for (const { graph, found } of GRAPHS) {
      const overlapping: string[] = [];
      for (const [index, one] of graph.nodes.entries())
        for (const other of graph.nodes.slice(index + 1)) {
          const [a, b] = [found.boxes.get(one.id)!, found.boxes.get(other.id)!];
          const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          if (one.parent === other.parent && !apart) overlapping.push(`${one.id} and ${other.id}`);
        }
      expect(overlapping).toEqual([]);
    }
  });

  it("keeps what is in a group in its frame, below its head", () => {
    for (const { graph, found } of GRAPHS)
      for (const { id, parent } of graph.nodes) {
        if (!parent) continue;
        const [box, frame] = [found.boxes.get(id)!, found.boxes.get(parent)!];
        expect(box.x).toBeGreaterThan(frame.x);
        expect(box.y).toBeGreaterThan(frame.y + HEAD);
        expect(box.x + box.width).toBeLessThan(frame.x + frame.width);
        expect(box.y + box.height).toBeLessThan(frame.y + frame.height);
      }
  });

  it("leads no edge behind a node or the head of an open group", () => {
    for (const { graph, found } of GRAPHS) {
      const crossing: string[] = [];
      for (const { id, source, target } of graph.edges) {
        const path = found.paths.get(id)!;
        for (const node of graph.nodes) {
          const box = node.isOpen ? headOf(graph, found, node.id) : found.boxes.get(node.id)!;
          if (node.id !== source && node.id !== target && crosses(path, box)) crossing.push(`${id} by ${node.id}`);
        }
      }
      expect(crossing).toEqual([]);
    }
  });

  it("leads each edge from the lower side of its source down to its target, and only down", () => {
    for (const { graph, found } of GRAPHS)
      for (const { id, source, target } of graph.edges) {
        const points = corners(found.paths.get(id)!);
        const [from, to] = [found.boxes.get(source)!, found.boxes.get(target)!];
        expect(points[0]!.y).toBe(from.y + from.height);
        expect(points.at(-1)!.y).toBeLessThanOrEqual(to.y + to.height / 2);
        expect(points.map((point) => point.y)).toEqual(points.map((point) => point.y).sort((a, b) => a - b));
      }
  });

  it("lays the turns of a loop out in their order, row by row", () => {
    for (const count of [1, 2, 3, 8, 20]) {
      const turns = Array.from({ length: count }, (_, turn) => `loop[${turn}]`);
      const graph: Sketch = {
        nodes: [
          ...[task("make"), artifact("make:data"), group("loop")],
          ...turns.flatMap((turn) => [group(turn, "loop"), task(`${turn}.a`, turn), artifact(`${turn}.a:out`, turn)]),
          ...[artifact("loop:outs"), task("use")],
        ],
        edges: [
          ...[edge("make", "make:data", "OUTPUT"), edge("loop:outs", "use")],
          ...turns.flatMap((turn) => [
            edge("make:data", `${turn}.a`),
            edge(`${turn}.a`, `${turn}.a:out`, "OUTPUT"),
            edge(`${turn}.a:out`, "loop:outs", "ITEM"),
          ]),
        ],
      };
      const { boxes } = layout(graph);
      const read = [...turns].sort((a, b) => boxes.get(a)!.y - boxes.get(b)!.y || boxes.get(a)!.x - boxes.get(b)!.x);
      expect(read).toEqual(turns);
      const rows = new Map(turns.map((turn) => [boxes.get(turn)!.y, 0]));
      for (const turn of turns) rows.set(boxes.get(turn)!.y, rows.get(boxes.get(turn)!.y)! + 1);
      expect([...rows.values()].slice(0, -1).every((row) => row === [...rows.values()][0])).toBe(true);
      // Columns, too: the first turn of each row begins where the first of all does.
      expect(
        new Set(
          [...rows.keys()].map((y) => read.find((turn) => boxes.get(turn)!.y === y)!).map((turn) => boxes.get(turn)!.x),
        ).size,
      ).toBe(1);
    }
  });

  it("stacks what a task makes and nothing takes", () => {
    const outputs = Array.from({ length: 8 }, (_, number) => `make:${number}`);
    const graph: Sketch = {
      nodes: [task("make"), ...outputs.map((id) => artifact(id))],
      edges: outputs.map((id) => edge("make", id, "OUTPUT")),
    };
    const { boxes, width } = layout(graph);
    expect(width).toBeLessThan(600);
    expect(new Set(outputs.map((id) => boxes.get(id)!.y)).size).toBeGreaterThan(2);
  });

  it("puts a thousand tasks that nothing connects into rows", () => {
    const graph: Sketch = { nodes: Array.from({ length: 1000 }, (_, number) => task(`${number}`)), edges: [] };
    const { width, height } = layout(graph);
    expect(width / height).toBeGreaterThan(0.7);
    expect(width / height).toBeLessThan(3);
  });

  it("is the same each time", () => {
    for (const { graph, found } of GRAPHS.slice(0, 5)) expect(layout(structuredClone(graph))).toEqual(found);
  });

  it("lays out a graph without nodes, and leaves out what goes round in a circle", () => {
    expect(layout({ nodes: [], edges: [] }).boxes.size).toBe(0);
    const { boxes, paths } = layout({ nodes: [task("a"), task("b")], edges: [edge("a", "b"), edge("b", "a")] });
    expect([boxes.size, paths.size]).toEqual([2, 1]);
  });
});
