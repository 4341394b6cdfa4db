import { expect, it } from "vitest";
import { logSearch } from "./search";

it("the address says what is sought in a log, and the line that one stands at", () => {
  expect(logSearch({ find: "epoch 3", place: 1255, attempt: 2 })).toEqual({ find: "epoch 3", place: 1255, attempt: 2 });
  expect(logSearch({ find: 3, place: "0" })).toEqual({ find: "3", place: 0, attempt: undefined });
});

it("what is no place or attempt is left out", () => {
  for (const wrong of [-1, 0.5, "x", "", null]) expect(logSearch({ place: wrong }).place).toBeUndefined();
  expect(logSearch({ attempt: 0 }).attempt).toBeUndefined();
});
