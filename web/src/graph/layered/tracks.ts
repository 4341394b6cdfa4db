/** How high each line runs sideways between two layers, so that lines neither lie on each other nor cross needlessly. Pure. */
import { LINES_GAP } from "./flat";

/** A net between two layers: from where it comes down, and where it goes on down. */
export type Run = { tops: number[]; bottoms: number[] };

/** A crossing costs 1; lying on another line is as bad as many of them. */
const ON_ANOTHER = 50;
/** Of more, only those that overlap are kept apart. */
const MANY = 150;

/** The track of each run, from above; -1 of one that goes straight down. */
export function tracksOf(runs: readonly Run[]): { tracks: number[]; count: number } {
  const tracks = runs.map(() => -1);
  const spans = runs.map(spanOf);
  const bent = runs.flatMap((_, index) => (spans[index]!.from < spans[index]!.to ? [index] : []));
  const order =
    bent.length > MANY ? [...bent].sort((a, b) => spans[a]!.from - spans[b]!.from) : sequence(bent, runs, spans);
  if (bent.length > MANY) return { tracks, count: fill(order, spans, tracks) };
  let count = 0;
  for (const [place, index] of order.entries()) {
    let track = 0;
    for (const other of order.slice(0, place))
      if (overlap(spans[index]!, spans[other]!)) track = Math.max(track, tracks[other]! + 1);
    tracks[index] = track;
    count = Math.max(count, track + 1);
  }
  return { tracks, count };
}

type Span = { from: number; to: number };

function spanOf({ tops, bottoms }: Run): Span {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const x of tops) [from, to] = [Math.min(from, x), Math.max(to, x)];
  for (const x of bottoms) [from, to] = [Math.min(from, x), Math.max(to, x)];
  return { from, to };
}

function overlap(a: Span, b: Span): boolean {
  return a.from < b.to + LINES_GAP && b.from < a.to + LINES_GAP;
}

/** From above to below, each run after those that had better be above it. */
function sequence(bent: readonly number[], runs: readonly Run[], spans: readonly Span[]): number[] {
  const below = new Map<number, Map<number, number>>(bent.map((index) => [index, new Map()]));
  for (const [place, a] of bent.entries())
    for (const b of bent.slice(place + 1)) {
      if (!overlap(spans[a]!, spans[b]!)) continue;
      const better = cost(runs[b]!, runs[a]!, spans[b]!, spans[a]!) - cost(runs[a]!, runs[b]!, spans[a]!, spans[b]!);
      if (better > 0) below.get(a)!.set(b, better);
      if (better < 0) below.get(b)!.set(a, -better);
    }
  const into = new Map(bent.map((index) => [index, 0]));
  const out = new Map(bent.map((index) => [index, 0]));
  for (const [a, others] of below)
    for (const [b, weight] of others) {
      out.set(a, out.get(a)! + weight);
      into.set(b, into.get(b)! + weight);
    }
  // Where each had better be above the next of a circle, the one that gains most by it goes first.
  const order: number[] = [];
  const left = new Set(bent);
  const after: number[] = [];
  const drop = (index: number) => {
    left.delete(index);
    for (const [other, weight] of below.get(index)!) into.set(other, into.get(other)! - weight);
    for (const other of left) {
      const weight = below.get(other)!.get(index);
      if (weight) out.set(other, out.get(other)! - weight);
    }
  };
  while (left.size) {
    const source = [...left].find((index) => !into.get(index));
    if (source !== undefined) {
      order.push(source);
      drop(source);
      continue;
    }
    const sink = [...left].find((index) => !out.get(index));
    if (sink !== undefined) {
      after.unshift(sink);
      drop(sink);
      continue;
    }
    const next = [...left].reduce((best, index) =>
      out.get(index)! - into.get(index)! > out.get(best)! - into.get(best)! ? index : best,
    );
    order.push(next);
    drop(next);
  }
  return [...order, ...after];
}

/** What it costs that `a` runs above `b`. */
function cost(a: Run, b: Run, ofA: Span, ofB: Span): number {
  let sum = 0;
  for (const x of a.bottoms) if (x > ofB.from && x < ofB.to) sum++;
  for (const x of b.tops) if (x > ofA.from && x < ofA.to) sum++;
  for (const x of a.bottoms) for (const y of b.tops) if (Math.abs(x - y) < LINES_GAP / 2) sum += ON_ANOTHER;
  return sum;
}

/** Each into the first track that is free there; gives how many there are. */
function fill(order: readonly number[], spans: readonly Span[], tracks: number[]): number {
  const until: number[] = [];
  for (const index of order) {
    const { from, to } = spans[index]!;
    const free = until.findIndex((end) => end + LINES_GAP <= from);
    const track = free < 0 ? until.length : free;
    until[track] = to;
    tracks[index] = track;
  }
  return until.length;
}
