/** How a cell of a matrix is coloured. Pure. */

type Count = number | null | undefined;

/** What is counted most often off the diagonal or on it, as the end of the scale; never 0. */
export function most(counts: readonly (readonly Count[])[]): number {
  return Math.max(1, ...counts.flat().map((count) => Math.abs(count ?? 0)));
}

/** The more, the deeper: hits in blue, mistakes in orange. */
export function countTint(count: Count, largest: number, hit: boolean): string | undefined {
  if (!count) return undefined;
  return tint(hit ? "#4a90d9" : "#e08b2c", count, largest);
}

/** More hits and fewer mistakes are good, in green; the other way round in red. */
export function deltaTint(delta: Count, largest: number, hit: boolean): string | undefined {
  if (!delta) return undefined;
  return tint(delta > 0 === hit ? "#2e9e5b" : "#d64545", delta, largest);
}

function tint(color: string, count: number, largest: number): string {
  const share = Math.round(15 + 45 * Math.sqrt(Math.abs(count) / largest));
  return `color-mix(in srgb, ${color} ${share}%, var(--card))`;
}
