import { expect, test } from "vitest";
import { withRanges } from "./ranges";

test("the ends of a range stand with what it is of", () => {
  expect(withRanges(["f1", "f1_low", "f1_high", "accuracy", "tide_low"])).toEqual([
    { name: "f1", range: { low: "f1_low", high: "f1_high" } },
    { name: "accuracy" },
    { name: "tide_low" },
  ]);
});
