import { expect, it } from "vitest";
import { nextSort, sortOf, tasksSearch } from "./search";

it("the address says which tasks are shown, and in which order", () => {
  expect(tasksSearch({ q: "train", state: "FAILED", sort: "duration desc" })).toEqual({
    ...{ q: "train", state: "FAILED", sort: "duration desc" },
  });
  expect(sortOf("duration desc")).toEqual({ column: "duration", descending: true });
});

it("what is no state or column is left out", () => {
  expect(tasksSearch({ state: "ASLEEP", sort: "colour" })).toEqual({ q: undefined, state: undefined, sort: undefined });
});

it("a column is sorted the one way, the other way, and not at all", () => {
  expect(nextSort(undefined, "name")).toBe("name");
  expect(nextSort({ column: "name", descending: false }, "name")).toBe("name desc");
  expect(nextSort({ column: "name", descending: true }, "name")).toBeUndefined();
  expect(nextSort({ column: "name", descending: true }, "state")).toBe("state");
});
