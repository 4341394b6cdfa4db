/** What became of a task, or of an artifact, in each compared run, against the base. Pure. */
import type { ArtifactRow, Comparison, State, TaskCell, TaskRow } from "@/api/client";
import { withoutTurns } from "@/renderers/turns";

/** From what one looks for first to what one looks for last. */
export const VERDICTS = ["failed", "different", "gone", "added", "idle", "equal", "shared", "none"] as const;
/**
 * - `failed`: it failed in this run;
 * - `different`: what it made is not what the base's made;
 * - `gone`, `added`: it is only in the base, or only in this run;
 * - `idle`: it was there, but made nothing, as it was skipped or has not run yet;
 * - `equal`: it was executed anew, and made the same;
 * - `shared`: its outputs come from the same execution, through the cache;
 * - `none`: neither this run nor the base has it.
 */
export type Verdict = (typeof VERDICTS)[number];

/** A node of the graph: a verdict for each run; the base's place has that of the base itself. */
export type Judged = { verdicts: Verdict[]; worst: Verdict; rows: number };

export const NAMES: Record<Verdict, string> = {
  failed: "failed",
  different: "different result",
  gone: "only in the base",
  added: "not in the base",
  idle: "did not run",
  equal: "anew, same result",
  shared: "same execution",
  none: "in neither",
};
export const ARTIFACT_NAMES: Partial<Record<Verdict, string>> = {
  different: "different content",
  idle: "not made",
  equal: "same content",
  shared: "same artifact",
};

const FAILED: readonly State[] = ["FAILED", "CANCELED", "CANCELING"];

export function ofTask({ cells }: TaskRow): Verdict[] {
  const base = cells[0] ?? null;
  return cells.map((cell, place) => (place ? ofCell(cell, base) : ofBase(base)));
}

function ofBase(base: TaskCell | null): Verdict {
  if (!base) return "none";
  if (FAILED.includes(base.state)) return "failed";
  return base.execution ? "shared" : "idle";
}

function ofCell(cell: TaskCell | null, base: TaskCell | null): Verdict {
  if (!cell) return base ? "gone" : "none";
  if (FAILED.includes(cell.state)) return "failed";
  if (!base) return "added";
  if (!cell.execution) return "idle";
  if (cell.execution === base.execution) return "shared";
  return cell.same ? "equal" : "different";
}

export function ofArtifact({ cells }: ArtifactRow): Verdict[] {
  const base = cells[0] ?? [];
  return cells.map((made, place) => {
    if (!made.length) return place && base.length ? "gone" : place ? "none" : "idle";
    if (!place) return "shared";
    if (!base.length) return "added";
    if (made.length === base.length && made.every((each, at) => each.id === base[at]!.id)) return "shared";
    return made.length === base.length && made.every((each, at) => each.digest === base[at]!.digest)
      ? "equal"
      : "different";
  });
}

/** The verdicts on all tasks and artifacts, by the ids of the nodes of a graph in which loops are folded. */
export function judged(found: Comparison): Map<string, Judged> {
  const all = new Map<string, Verdict[][]>();
  const add = (id: string, verdicts: Verdict[]) => {
    const known = all.get(id);
    if (known) known.push(verdicts);
    else all.set(id, [verdicts]);
  };
  for (const row of found.tasks) add(withoutTurns(row.path), ofTask(row));
  for (const row of found.artifacts) add(withoutTurns(`${row.task}:${row.key}`), ofArtifact(row));
  return new Map([...all].map(([id, rows]) => [id, together(rows)]));
}

/** Several as one: of each run the verdict that one looks for first. */
export function together(rows: readonly Verdict[][]): Judged {
  const verdicts = (rows[0] ?? []).map((_, place) => first(rows.map((row) => row[place]!)));
  return { verdicts, worst: first(verdicts.length > 1 ? verdicts.slice(1) : verdicts), rows: rows.length };
}

function first(verdicts: readonly Verdict[]): Verdict {
  return VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? "none";
}
