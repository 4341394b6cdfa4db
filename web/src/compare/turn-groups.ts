/** What the turns of a loop made, as one thing with a choice between its turns. Pure. */
import { withoutTurns } from "@/renderers/turns";

type InTask = { task: string };

/** Rows that differ by the turn of a loop alone, together; `rest` is what else tells rows apart. */
export function byTurn<R extends InTask>(rows: readonly R[], rest: (row: R) => string): { name: string; rows: R[] }[] {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const name = [withoutTurns(row.task), rest(row)].filter(Boolean).join(" / ");
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups].map(([name, of]) => ({ name, rows: of }));
}

/** The path of the innermost turn that a row is of; empty where it is of none. */
export function turnOf({ task }: InTask): string {
  return task.slice(0, task.lastIndexOf("]") + 1);
}
