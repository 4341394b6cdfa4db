/** Items in layers and lines between them, as places on a plane. Pure. */
import { type Columns, columnsOf } from "./columns";
import { type Box, type Flat, GAP, INSET, type Item, LINES_GAP, type Placed, type Point } from "./flat";
import { layersOf } from "./layers";
import { crossings, ordered } from "./order";
import { type Proper, properOf } from "./proper";
import { shelved } from "./shelves";
import { type Run, tracksOf } from "./tracks";

/** Between layers, above the first and below the last line that runs sideways. */
const ABOVE = 11;
const BELOW = 17;
const LEAST = 30;
/** What is no higher stands in the middle of its layer; higher things begin where their layer does. */
const LOW = 80;
/** Up to so many items, several widths are tried. */
const SMALL = 300;
/** How much larger a picture has to become for each of its lines to cross another. */
const CROSSING = 0.5;
/** How much larger a picture has to become for layers to be split, rows to be wrapped, leaves to stand in one column. */
const SPLIT = 1.2;
const WRAPPED = 1.1;
const STACKED = 1.05;
/** The same for lines to be less straight, so that all is narrower: by these shares of the widest row. */
const BENT = 1.03;
const NARROWED = [undefined, 1.15, 1.02];

/**
 * The places with which the picture is largest in a frame.
 *
 * @param ratio The frame's width for its height.
 */
export function placed(flat: Flat, ratio: number): Placed {
  const isGrid = isUnlinked(flat);
  const whole = isGrid ? { ...flat, items: flat.items.map((item) => ({ ...item, isInOrder: !item.place })) } : flat;
  let best: { cost: number; found: Placed } | undefined;
  for (const { flat: arranged, taken, penalty } of arrangements(whole)) {
    const known = new Set<string>();
    for (const bound of bounds(arranged, ratio)) {
      const layers = layersOf(arranged, bound);
      const key = layers.join();
      if (known.has(key)) continue;
      known.add(key);
      const proper = properOf(arranged, layers);
      const rows = ordered(proper);
      const split = known.size === 1 ? 1 : isGrid ? WRAPPED : SPLIT;
      const tangle = 1 + (CROSSING * crossings(proper, rows)) / (1 + proper.joints.length);
      for (const share of isGrid || proper.vertices.length > SMALL ? [undefined] : NARROWED) {
        const found = drawn(arranged, proper, rows, columnsOf(proper, rows, { isGrid, share }));
        const bent = share === undefined ? 1 : BENT;
        const cost = Math.max(found.width / ratio, found.height) * tangle * split * penalty * bent;
        if (!best || cost < best.cost) best = { cost, found: taken(found) };
      }
    }
  }
  return best!.found;
}

/** Whether nothing connects the items but what comes from outside and what goes there. */
function isUnlinked({ items, links }: Flat): boolean {
  const places = new Set(items.filter((item) => item.place).map((item) => item.id));
  return links.every((link) => places.has(link.source) || places.has(link.target));
}

/** With leaves stacked in two columns, in one, or not at all. */
function arrangements(flat: Flat): { flat: Flat; taken: (placed: Placed) => Placed; penalty: number }[] {
  const plain = { flat, taken: (placed: Placed) => placed, penalty: 1 };
  const [two, one] = [shelved(flat, 2), shelved(flat, 1)];
  if (two.flat.items.length === flat.items.length) return [plain];
  if (flat.items.length > SMALL) return [{ ...two, penalty: 1 }];
  return [plain, { ...two, penalty: 1 }, { ...one, penalty: STACKED }];
}

/** How wide layers may become, one after the other: first as wide as they are. */
function bounds({ items }: Flat, ratio: number): number[] {
  const area = items.reduce((sum, item) => sum + (item.width + GAP) * (item.height + LEAST), 0);
  const side = Math.sqrt(area * ratio);
  const widest = Math.max(0, ...items.map((item) => item.width));
  const shares = items.length > SMALL ? [1.2] : [Number.POSITIVE_INFINITY, 0.7, 0.85, 1, 1.2, 1.4, 1.7];
  return shares.map((share) => Math.max(side * share, widest));
}

function drawn({ links }: Flat, proper: Proper, rows: readonly number[][], columns: Columns): Placed {
  const { vertices, joints, ways } = proper;
  const { lefts, leaves, enters } = columns;
  const left = Math.min(...vertices.map((_, index) => lefts[index]!));
  const tops: number[] = [];
  const bottoms: number[] = [];
  const turns = joints.map(() => Number.NaN);
  const begins = (joint: number) => lefts[joints[joint]!.upper]! + leaves[joint]! - left;
  const arrives = (joint: number) => lefts[joints[joint]!.lower]! + enters[joint]! - left;

  const byLayer: number[][] = rows.map(() => []);
  for (const [index, { upper }] of joints.entries()) byLayer[vertices[upper]!.layer]!.push(index);
  let y = 0;
  for (const [layer, row] of rows.entries()) {
    tops.push(y);
    y += Math.max(0, ...row.map((vertex) => vertices[vertex]!.item?.height ?? 0));
    bottoms.push(y);
    if (layer + 1 === rows.length) break;
    const nets = new Map<string, { run: Run; joints: number[] }>();
    for (const joint of byLayer[layer]!) {
      const net = nets.get(joints[joint]!.net) ?? { run: { tops: [], bottoms: [] }, joints: [] };
      net.run.tops.push(begins(joint));
      net.run.bottoms.push(arrives(joint));
      net.joints.push(joint);
      nets.set(joints[joint]!.net, net);
    }
    const all = [...nets.values()];
    const { tracks, count } = tracksOf(all.map((net) => net.run));
    for (const [index, net] of all.entries())
      for (const joint of net.joints) if (tracks[index]! >= 0) turns[joint] = y + ABOVE + tracks[index]! * LINES_GAP;
    y += all.length ? Math.max(LEAST, ABOVE + Math.max(0, count - 1) * LINES_GAP + BELOW) : GAP;
  }

  const boxes = new Map<string, Box>();
  const topOf = (index: number) => {
    const { item, layer } = vertices[index]!;
    if (!item || item.place || item.height > LOW) return tops[layer]!;
    const low = Math.max(...rows[layer]!.map((each) => lowHeight(vertices[each]!.item)));
    return tops[layer]! + Math.floor((low - item.height) / 2);
  };
  for (const [index, { item }] of vertices.entries())
    if (item) boxes.set(item.id, { x: lefts[index]! - left, y: topOf(index), width: item.width, height: item.height });

  const found = new Map<string, Point[]>();
  for (const { id, source, target } of links) {
    const way = ways.get(id);
    if (!way) continue;
    const [from, to] = [boxes.get(source)!, boxes.get(target)!];
    const points: Point[] = [{ x: begins(way[0]!), y: from.y + from.height }];
    for (const joint of way) {
      const [before, after, turn] = [begins(joint), arrives(joint), turns[joint]!];
      if (!Number.isNaN(turn)) points.push({ x: before, y: turn }, { x: after, y: turn });
    }
    points.push({ x: arrives(way.at(-1)!), y: to.y });
    found.set(id, straightened(points));
  }
  const right = Math.max(0, ...[...boxes.values()].map((box) => box.x + box.width));
  const passing = Math.max(0, ...vertices.map((_, index) => lefts[index]! - left));
  const isOpenBelow = vertices.some((vertex) => vertex.item?.place === "out");
  const hasHead = vertices.some((vertex) => vertex.item?.place === "head");
  return {
    boxes,
    ways: found,
    width: Math.max(right, passing) + (hasHead ? INSET : 0),
    height: y + (hasHead && !isOpenBelow ? INSET : 0),
  };
}

function lowHeight(item: Item | undefined): number {
  return item && !item.place && item.height <= LOW ? item.height : 0;
}

/** Without the corners at which nothing turns. */
function straightened(points: Point[]): Point[] {
  return points.filter((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (!before || !after) return true;
    return !((before.x === point.x && point.x === after.x) || (before.y === point.y && point.y === after.y));
  });
}
