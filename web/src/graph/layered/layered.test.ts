import { describe, expect, it } from "vitest";
import { columnsOf, gap } from "./columns";
import type { Flat, Item, Link } from "./flat";
import { layersOf } from "./layers";
import { crossings, ordered } from "./order";
import { properOf } from "./proper";
import { shelved } from "./shelves";
import { type Run, tracksOf } from "./tracks";

const item = (id: string, more: Partial<Item> = {}): Item => ({ id, width: 100, height: 40, ...more });
const link = (source: string, target: string, net = source): Link => ({
  ...{ id: `${source}${target}`, net, source, target },
});
const flat = (ids: string, ...pairs: string[]): Flat => ({
  items: [...ids].map((id) => item(id)),
  links: pairs.map((pair) => link(pair[0]!, pair[1]!)),
});
const layers = (graph: Flat, bound = Number.POSITIVE_INFINITY) =>
  Object.fromEntries(layersOf(graph, bound).map((layer, index) => [graph.items[index]!.id, layer]));

describe("layers", () => {
  it("have each item behind all that lead to it", () => {
    expect(layers(flat("abcd", "ab", "bc", "ac", "cd"))).toEqual({ a: 0, b: 1, c: 2, d: 3 });
  });

  it("let what nothing leads to begin late", () => {
    expect(layers(flat("abcx", "ab", "bc", "xc")).x).toBe(1);
  });

  it("are no wider than they may be, and go on in order", () => {
    const five = layers(flat("abcde"), 250);
    expect(five).toEqual({ a: 0, b: 0, c: 1, d: 1, e: 2 });
  });

  it("have the head and what comes in first, and what goes out last", () => {
    const graph: Flat = {
      items: [
        item("h", { place: "head" }),
        item("i", { place: "in", width: 0 }),
        item("a"),
        item("b"),
        item("o", { place: "out", width: 0 }),
      ],
      links: [link("i", "a"), link("a", "b"), link("a", "o")],
    };
    expect(layers(graph)).toEqual({ h: 0, i: 0, a: 1, b: 2, o: 3 });
  });

  it("come to an end in a circle", () => {
    expect(Object.keys(layers(flat("ab", "ab", "ba")))).toHaveLength(2);
  });
});

/** Rows by the ids of their items, `.` where a line passes. */
function rowsOf(graph: Flat): string[] {
  const proper = properOf(graph, layersOf(graph, Number.POSITIVE_INFINITY));
  return ordered(proper).map((row) => row.map((vertex) => proper.vertices[vertex]!.item?.id ?? ".").join(""));
}

describe("the order in a layer", () => {
  it("keeps lines from crossing", () => {
    const graph = flat("abxy", "ay", "bx");
    const proper = properOf(graph, layersOf(graph, Number.POSITIVE_INFINITY));
    expect(crossings(proper, proper.rows)).toBe(1);
    expect(crossings(proper, ordered(proper))).toBe(0);
  });

  it("is that of the pipeline where nothing crosses", () => {
    expect(rowsOf(flat("abcd", "ab", "ac", "ad"))).toEqual(["a", "bcd"]);
  });

  it("is kept by what is to keep it, whatever crosses", () => {
    const graph = flat("abxy", "ay", "bx");
    const kept = { ...graph, items: graph.items.map((each) => ({ ...each, isInOrder: true })) };
    expect(rowsOf(kept)).toEqual(["ab", "xy"]);
  });

  it("has a line that passes beside what leaves the same item", () => {
    expect(rowsOf(flat("abcd", "ab", "bc", "cd", "ad"))).toEqual(["a", "b.", "c.", "d"]);
  });
});

describe("columns", () => {
  const graph = flat("abcdefgh", "ad", "bd", "be", "cf", "dg", "eg", "fh", "ah");
  const proper = properOf(graph, layersOf(graph, Number.POSITIVE_INFINITY));
  const rows = ordered(proper);
  const { lefts } = columnsOf(proper, rows, { isGrid: false });

  it("keep neighbours apart", () => {
    for (const row of rows)
      for (const [index, vertex] of row.entries()) {
        if (!index) continue;
        const [left, right] = [proper.vertices[row[index - 1]!]!, proper.vertices[vertex]!];
        expect(lefts[vertex]! - lefts[row[index - 1]!]! - left.width).toBeGreaterThanOrEqual(gap(left, right) - 1);
      }
  });

  it("lead a long line straight down", () => {
    const long = flat("abcde", "ab", "bc", "cd", "de", "ae");
    const made = properOf(long, layersOf(long, Number.POSITIVE_INFINITY));
    const found = columnsOf(made, ordered(made), { isGrid: false });
    const passing = made.vertices.flatMap((vertex, index) => (vertex.item ? [] : [found.lefts[index]]));
    expect(passing).toHaveLength(3);
    expect(new Set(passing).size).toBe(1);
  });

  it("put one in the middle of what it leads to", () => {
    const fan = flat("abcd", "ab", "ac", "ad");
    const made = properOf(fan, layersOf(fan, Number.POSITIVE_INFINITY));
    const found = columnsOf(made, ordered(made), { isGrid: false });
    expect(found.lefts[0]).toBe(found.lefts[2]);
  });
});

describe("tracks", () => {
  const run = (top: number, ...bottoms: number[]): Run => ({ tops: [top], bottoms });

  it("are not needed by what goes straight down", () => {
    expect(tracksOf([run(5, 5)])).toEqual({ tracks: [-1], count: 0 });
  });

  it("are shared by what is beside each other", () => {
    expect(tracksOf([run(0, 50), run(100, 150)])).toEqual({ tracks: [0, 0], count: 1 });
  });

  it("keep apart what overlaps, so that it does not cross", () => {
    const { tracks, count } = tracksOf([run(0, 100), run(50, 200)]);
    expect(count).toBe(2);
    // The second comes down right of the first's beginning and left of its end: it has to turn above it.
    expect(tracks[1]).toBeLessThan(tracks[0]!);
  });

  it("keep what comes down from lying on what goes down there", () => {
    const { tracks } = tracksOf([run(0, 100), run(100, 0)]);
    expect(tracks[0]).not.toBe(tracks[1]);
  });

  it("are found for very many at once", () => {
    const many = Array.from({ length: 400 }, (_, number) => run(number * 10, 4000 - number * 10));
    const { tracks, count } = tracksOf(many);
    expect(new Set(tracks.filter((track) => track >= 0)).size).toBe(count);
  });
});

describe("shelves", () => {
  const leaf = (id: string) => item(id, { isLeaf: true });
  const graph: Flat = {
    items: [item("m"), leaf("a"), leaf("b"), leaf("c"), item("n")],
    links: [link("m", "a"), link("m", "b"), link("m", "c"), link("m", "n")],
  };

  it("are one item in place of their leaves", () => {
    const { flat: found } = shelved(graph, 2);
    expect(found.items.map((each) => each.id)).toEqual(["m", "shelf m m", "n"]);
    expect(found.links.map((each) => each.target)).toEqual(["shelf m m", "n"]);
  });

  it("give each leaf a place of its own, and a way into its side", () => {
    const placed = {
      boxes: new Map([["shelf m m", { x: 10, y: 20, width: 228, height: 90 }]]),
      ways: new Map([
        [
          "shelf m m",
          [
            { x: 124, y: 0 },
            { x: 124, y: 20 },
          ],
        ],
      ]),
      width: 300,
      height: 200,
    };
    const { boxes, ways } = shelved(graph, 2).taken(placed);
    expect([...boxes.keys()]).toEqual(["a", "b", "c"]);
    expect(boxes.get("c")).toEqual({ x: 10, y: 70, width: 100, height: 40 });
    expect(ways.get("ma")?.at(-1)).toEqual({ x: 110, y: 40 });
    expect(ways.get("mb")?.at(-1)).toEqual({ x: 138, y: 40 });
  });

  it("are not made of two", () => {
    const two: Flat = { items: graph.items.slice(0, 3), links: graph.links.slice(0, 2) };
    expect(shelved(two, 2).flat.items).toHaveLength(3);
  });
});
