/** Which layer each item is in: behind all that lead to it, as early as there is room. Pure. */
import { type Flat, GAP, type Item } from "./flat";

/**
 * The layers of the items, in their order, from 0 on.
 *
 * The head and what comes in are in the first layer by themselves, and what goes out in the last.
 *
 * @param bound How wide a layer may become; what has no room goes into the next one.
 */
export function layersOf(flat: Flat, bound: number): number[] {
  const { items } = flat;
  const { after, before } = neighbours(flat);
  const waits = before.map((all) => all.length);
  const isLast = (index: number) => items[index]!.place === "out";
  const isFirst = (index: number) => items[index]!.place === "head" || items[index]!.place === "in";
  const begin = items.some((_, index) => isFirst(index)) ? 1 : 0;
  const layers: number[] = items.map((_, index) => (isFirst(index) ? 0 : -1));
  let ready: number[] = [];
  const leave = (index: number) => {
    for (const next of after[index]!) if (--waits[next]! === 0 && layers[next]! < 0 && !isLast(next)) ready.push(next);
  };
  for (const index of items.keys()) if (isFirst(index)) leave(index);
  for (const index of items.keys())
    if (!before[index]!.length && layers[index]! < 0 && !isLast(index)) ready.push(index);
  let layer = begin;
  for (; ; layer++) {
    if (!ready.length) {
      // A circle, which no pipeline has: something has to be the first of it.
      const stuck = layers.findIndex((each, index) => each < 0 && !isLast(index));
      if (stuck < 0) break;
      ready = [stuck];
    }
    const chosen = fitting(ready, items, bound);
    for (const index of chosen) layers[index] = layer;
    ready = ready.filter((index) => layers[index]! < 0);
    for (const index of chosen) leave(index);
  }
  for (const index of items.keys()) if (isLast(index)) layers[index] = layer;
  pullDown(items, after, before, layers);
  return layers;
}

/** The first of these, in the order of the items, that fit beside each other; one at the least. */
function fitting(ready: readonly number[], items: readonly Item[], bound: number): number[] {
  const chosen: number[] = [];
  let width = 0;
  for (const index of [...ready].sort((a, b) => a - b)) {
    const own = items[index]!.width + GAP;
    if (chosen.length && width + own > bound) break;
    width += own;
    chosen.push(index);
  }
  return chosen;
}

/** Let what nothing leads to begin as late as possible, with what it alone leads to. */
function pullDown(items: readonly Item[], after: readonly number[][], before: readonly number[][], layers: number[]) {
  const last = layers.reduce((most, layer, index) => (items[index]!.place === "out" ? most : Math.max(most, layer)), 0);
  for (let index = items.length - 1; index >= 0; index--) {
    if (before[index]!.length || items[index]!.place || !after[index]!.length) continue;
    const own = [index, ...after[index]!.filter((next) => before[next]!.length === 1 && !items[next]!.place)];
    const moved = new Set(own);
    const leads = own.flatMap((from) =>
      after[from]!.filter((to) => !moved.has(to)).map((to) => layers[to]! - layers[from]! - 1),
    );
    // What it makes has to stay above what goes out of the group.
    const room = own.map((each) => last - layers[each]!);
    const slack = leads.length ? Math.min(...leads, ...room) : 0;
    if (slack > 0) for (const each of own) layers[each]! += slack;
  }
}

/** The places of the items that each leads to, and of those that lead to it, each once. */
function neighbours({ items, links }: Flat): { after: number[][]; before: number[][] } {
  const at = new Map(items.map((item, index) => [item.id, index]));
  const after: Set<number>[] = items.map(() => new Set());
  const before: Set<number>[] = items.map(() => new Set());
  for (const { source, target } of links) {
    const [from, to] = [at.get(source), at.get(target)];
    if (from === undefined || to === undefined || from === to) continue;
    after[from]!.add(to);
    before[to]!.add(from);
  }
  return { after: after.map((all) => [...all]), before: before.map((all) => [...all]) };
}
