/** Metrics with the ends of the range in which each probably lies, as they are logged: `f1`, `f1_low`, `f1_high`. Pure. */

export type Range<T> = { low: T; high: T };

/** The names that stand for themselves, each with the names of its range's ends where it has one. */
export function withRanges(names: readonly string[]): { name: string; range?: Range<string> }[] {
  const known = new Set(names);
  const rangeOf = (name: string): Range<string> | undefined => {
    const [low, high] = [`${name}_low`, `${name}_high`];
    return known.has(low) && known.has(high) ? { low, high } : undefined;
  };
  const ends = new Set(names.flatMap((name) => Object.values(rangeOf(name) ?? {})));
  return names.flatMap((name) => {
    const range = rangeOf(name);
    return ends.has(name) ? [] : [range ? { name, range } : { name }];
  });
}
