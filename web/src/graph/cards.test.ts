import { describe, expect, it } from "vitest";
import { nodeAt, patches } from "./boxes";
import { type CardNode, cardNodes, type Mark, wayEdges } from "./cards";
import { fold } from "./folding";
import { layout } from "./layout";
import { artifact, edge, graphOf, task } from "./making";
import { sketch } from "./sketch";
import { topology } from "./topology";
import { reach } from "./walk";

const GRAPH = graphOf({
  tasks: [
    task("make"),
    task("group", "", { kind: "CONDITION", state: "SKIPPED" }),
    task("group.in", "group", { state: "SKIPPED" }),
  ],
  artifacts: [artifact("make:data", { type: "system.Model" })],
  edges: [edge("make", "make:data", "OUTPUT"), edge("make:data", "group.in")],
});
const FOLDED = fold(GRAPH, () => true);
const LAYOUT = layout(sketch(FOLDED));
const LOOKS = { selected: undefined, tabStop: undefined, reach: undefined };
const cards = (looks = {}, before: CardNode[] = []) =>
  cardNodes(FOLDED, LAYOUT, { ...LOOKS, ...looks }, new Map(before.map((node) => [node.id, node])));
const by = (nodes: CardNode[], id: string) => nodes.find((node) => node.id === id)!;

describe("cards", () => {
  it("lie where the layout says, an open group as a frame below what is in it", () => {
    const all = cards();
    expect(all.map(({ id, type }) => [id, type])).toEqual([
      ...[
        ["make", "task"],
        ["make:data", "artifact"],
        ["group", "frame"],
        ["group.in", "task"],
      ],
    ]);
    expect(by(all, "make").position).toEqual({ x: LAYOUT.boxes.get("make")!.x, y: LAYOUT.boxes.get("make")!.y });
    expect(by(all, "group").zIndex).toBeLessThan(by(all, "group.in").zIndex!);
  });

  it("stay the same objects where nothing changed", () => {
    const before = cards();
    const after = cards({ selected: "make" }, before);
    expect(by(after, "make")).not.toBe(by(before, "make"));
    expect(by(after, "group.in")).toBe(by(before, "group.in"));
  });

  it("tell a branch that was not taken from one whose group did not run", () => {
    expect(by(cards(), "group").data.isTaken).toBe(false);
    expect(by(cards(), "group.in").data.isTaken).toBe(true);
  });

  it("say what they are marked with instead of their state", () => {
    const mark: Mark = { tone: "different", color: "red", label: "B: different result", icon: null, line: null };
    const marked = by(cards({ marks: new Map([["make", mark]]) }), "make");
    expect(marked.data.label).toBe("Task make, succeeded, B: different result");
    expect(marked.data.color).toBe("red");
    expect(by(cards(), "make:data").data.color).toBe("var(--model)");
  });

  it("light up with what the selected one reaches", () => {
    const lit = reach(FOLDED, "make:data");
    expect(cards({ reach: lit }).map((node) => node.className)).toEqual(["lit", "lit", "lit", "lit"]);
    const edges = wayEdges(FOLDED, LAYOUT, lit);
    expect(edges.map((way) => way.data?.isLit)).toEqual([true, true]);
    expect(wayEdges(FOLDED, { ...LAYOUT, paths: new Map() }, lit)).toEqual([]);
  });
});

describe("boxes", () => {
  it("are one path for each colour, and the frames", () => {
    const { frames, fills } = patches(cards());
    expect(frames.match(/M/g)).toHaveLength(1);
    expect(fills.map(({ color }) => color).sort()).toEqual(["var(--model)", "var(--ok)", "var(--skip)"]);
  });

  it("are found by a point, the innermost first", () => {
    const { x, y } = LAYOUT.boxes.get("group.in")!;
    expect(nodeAt(cards(), x + 1, y + 1)?.id).toBe("group.in");
    const frame = LAYOUT.boxes.get("group")!;
    expect(nodeAt(cards(), frame.x + frame.width - 1, frame.y + 1)?.id).toBe("group");
    expect(nodeAt(cards(), -5, -5)).toBeUndefined();
  });
});

describe("the topology", () => {
  const of = (graph: typeof GRAPH, isOpen = true) => topology(sketch(fold(graph, () => isOpen)));

  it("does not change with what happens", () => {
    const tasks = GRAPH.tasks.map((each) => ({ ...each, state: "FAILED" as const, error: "x", attempts: 3 }));
    expect(of({ ...GRAPH, tasks })).toBe(of(GRAPH));
  });

  it("changes with nodes, edges, names and folding", () => {
    const others = [
      of(GRAPH, false),
      of({ ...GRAPH, tasks: [...GRAPH.tasks, task("more")] }),
      of({ ...GRAPH, edges: GRAPH.edges.slice(1) }),
    ];
    expect(new Set([of(GRAPH), ...others]).size).toBe(4);
  });
});
