/** Which values of a metric are better: guessed from its name, or chosen by whoever reads it. Pure. */
import type { MetricRow } from "@/api/client";
import { type Given, listIn } from "@/parts/search";
import { words } from "./glossary";

/** `neither` of what only counts or names something. */
export const BETTERS = ["higher", "lower", "neither"] as const;
export type Better = (typeof BETTERS)[number];
/** What somebody chose, by the metric's name. */
export type Chosen = Readonly<Record<string, Better>>;

const COUNTS =
  /\b(photos|images|rows|examples|samples|records|documents|items|tokens|classes|features|count|total|size|seed|duplicates|epochs?|steps?|iterations?|threshold|batch|num|n|parameters|params|weights|best epoch)\b/;
const PARTS_OF_DATA = /^(train|validation|val|test)(\/.*)?$/;

export function guessed(key: string, direction: MetricRow["direction"]): Better {
  if (direction === "LOWER") return "lower";
  return COUNTS.test(words(key)) || PARTS_OF_DATA.test(key) ? "neither" : "higher";
}

export function betterOf(row: Pick<MetricRow, "key" | "direction">, chosen: Chosen): Better {
  return chosen[row.key] ?? guessed(row.key, row.direction);
}

/** The places of the best numbers; none where all are the same, or none is better. */
export function bestOf(cells: readonly unknown[], better: Better): number[] {
  const numbers = cells.filter((cell): cell is number => typeof cell === "number");
  if (better === "neither" || new Set(numbers).size < 2) return [];
  const best = better === "lower" ? Math.min(...numbers) : Math.max(...numbers);
  return cells.flatMap((cell, place) => (cell === best ? [place] : []));
}

/** What was chosen, as the address has it: `loss:lower,photos:neither`. */
export function chosenIn(given: Given, name: string): string | undefined {
  return written(chosenOf(listIn(given, name).join(",")));
}

export function chosenOf(text: string | undefined): Chosen {
  const pairs = (text ?? "").split(",").flatMap((pair): [string, Better][] => {
    const [key, word] = [pair.slice(0, pair.lastIndexOf(":")), pair.slice(pair.lastIndexOf(":") + 1)];
    const better = BETTERS.find((each) => each === word);
    return key && better ? [[decoded(key), better]] : [];
  });
  return Object.fromEntries(pairs);
}

/** `chosen` with another choice for one metric; what is guessed anyway is not kept. */
export function choose(chosen: Chosen, row: Pick<MetricRow, "key" | "direction">, better: Better): string | undefined {
  const { [row.key]: _, ...others } = chosen;
  return written(better === guessed(row.key, row.direction) ? others : { ...others, [row.key]: better });
}

function written(chosen: Chosen): string | undefined {
  return (
    Object.entries(chosen)
      .map(([key, better]) => `${key.replace(/[%,:]/g, encodeURIComponent)}:${better}`)
      .join(",") || undefined
  );
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
