/** What the address says of a run's table of tasks. Pure. */
import type { State } from "@/api/client";
import { type Given, oneOf, textIn } from "@/parts/search";
import { COLUMNS, type Sort, STATES } from "./rows";

export type TasksSearch = {
  /** What a name or a reason holds. */
  q?: string;
  state?: State;
  /** A column, with ` desc` for the largest first; as in the graph if left out. */
  sort?: string;
};

export const tasksSearch = (given: Given): TasksSearch => {
  const sort = sortOf(textIn(given, "sort"));
  return { q: textIn(given, "q"), state: oneOf(given, "state", STATES), sort: sort && written(sort) };
};

export function sortOf(text: string | undefined): Sort | undefined {
  const [name, order] = (text ?? "").split(/ (?=desc$)/);
  const column = COLUMNS.find((each) => each === name);
  return column && { column, descending: order === "desc" };
}

/** What a click on a column's head asks for: the one order, then the other, then as in the graph again. */
export function nextSort(before: Sort | undefined, column: Sort["column"]): string | undefined {
  if (before?.column !== column) return column;
  return before.descending ? undefined : written({ column, descending: true });
}

const written = ({ column, descending }: Sort) => (descending ? `${column} desc` : column);
