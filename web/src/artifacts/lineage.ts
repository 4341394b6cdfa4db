/** Where the artifacts and tasks of a lineage stand, and what it comes to in a sentence. Pure. */
import type { Lineage } from "@/api/client";

export const CARD = { width: 190, height: 46, across: 250, down: 62 };

export type Placed = { id: string; x: number; y: number };

/**
 * Columns from what was there first to what came last: an artifact of depth d stands in column 2d, and a task one column
 * before what it made, or after what it took.
 */
export function placed(found: Lineage): Map<string, Placed> {
  const column = new Map<string, number>();
  for (const artifact of found.artifacts) column.set(artifact.id, 2 * artifact.depth);
  for (const task of found.tasks) {
    const after = found.edges.filter((edge) => edge.target === task.id).map((edge) => column.get(edge.source));
    const before = found.edges.filter((edge) => edge.source === task.id).map((edge) => column.get(edge.target));
    const known = (places: (number | undefined)[]) => places.filter((place): place is number => place !== undefined);
    const [from, to] = [known(after), known(before)];
    column.set(task.id, to.length ? Math.min(...to) - 1 : from.length ? Math.max(...from) + 1 : 2 * task.depth);
  }
  const first = Math.min(...column.values());
  const filled = new Map<number, number>();
  const found_ = new Map<string, Placed>();
  for (const [id, at] of [...column].sort((a, b) => a[1] - b[1])) {
    const row = filled.get(at) ?? 0;
    filled.set(at, row + 1);
    found_.set(id, { id, x: (at - first) * CARD.across, y: row * CARD.down });
  }
  return found_;
}

/** Such as `torch_model ← train-model ← train_split`. */
export function sentence(found: Lineage): string {
  const names = new Map([
    ...found.artifacts.map((each) => [each.id, each.name] as const),
    ...found.tasks.map((each) => [each.id, each.path] as const),
  ]);
  const words: string[] = [];
  const seen = new Set<string>();
  let at: string | undefined = found.root;
  while (at !== undefined && !seen.has(at) && words.length < 12) {
    seen.add(at);
    words.push(names.get(at) ?? "");
    const here: string = at;
    at = found.edges.find(
      (edge) => edge.target === here && edge.relation !== "SAME" && edge.relation !== "REUSED",
    )?.source;
  }
  return words.join(" ← ");
}
