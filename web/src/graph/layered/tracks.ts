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
  const size = bent.length;
  const gains = new Int32Array(size * size); // how much better it is that one is above the other
  const into = new Int32Array(size);
  const out = new Int32Array(size);
  for (let a = 0; a < size; a++)
    for (let b = a + 1; b < size; b++) {
      const [one, other] = [bent[a]!, bent[b]!];
      if (!overlap(spans[one]!, spans[other]!)) continue;
      const gain =
        cost(runs[other]!, runs[one]!, spans[other]!, spans[one]!) -
        cost(runs[one]!, runs[other]!, spans[one]!, spans[other]!);
      const [upper, lower] = gain > 0 ? [a, b] : [b, a];
      gains[upper * size + lower] = Math.abs(gain);
      out[upper]! += Math.abs(gain);
      into[lower]! += Math.abs(gain);
    }
  const order: number[] = [];
  const after: number[] = [];
  const left = new Set(bent.keys());
  const take = (chosen: number) => {
    left.delete(chosen);
    for (const other of left) {
      into[other]! -= gains[chosen * size + other]!;
      out[other]! -= gains[other * size + chosen]!;
    }
  };
  while (left.size) {
    // Where each had better be above the next of a circle, the one that gains most by it goes first.
    let [best, most] = [-1, Number.NEGATIVE_INFINITY];
    let sink = -1;
    for (const each of left) {
      if (!into[each]) {
        [best, sink] = [each, -1];
        break;
      }
      if (!out[each]) sink = each;
      if (out[each]! - into[each]! > most) [best, most] = [each, out[each]! - into[each]!];
    }
    if (sink >= 0) after.push(sink);
    else order.push(best);
    take(sink >= 0 ? sink : best);
  }
  return [...order, ...after.reverse()].map((each) => bent[each]!);
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
