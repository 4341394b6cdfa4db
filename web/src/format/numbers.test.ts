import { expect, it } from "vitest";
import { bytes, percent, short, signed, whole, written } from "./numbers";

it("a number has four significant digits, a whole one all of its own", () => {
  expect([0.84512345, 1234567, 12345.678, 0.000012345, 1e12 + 0.5, -0.5, 0].map((each) => short(each))).toEqual([
    ...["0.8451", "1,234,567", "12,346", "1.234e-5", "1.000e+12", "-0.5", "0"],
  ]);
  expect([short(null), short("NaN"), short(true)]).toEqual(["–", "NaN", "true"]);
});

it("a difference has its sign", () => {
  expect([0.03333333, -0.25, 0].map(signed)).toEqual(["+0.03333", "−0.25", "±0"]);
});

it("sizes and shares have their units", () => {
  expect([0, 999, 5_900_000, 123_456_789].map(bytes)).toEqual(["0 B", "999 B", "5.9 MB", "123 MB"]);
  expect([percent(0.12345), percent(1, 0), whole(1e6)]).toEqual(["12.3 %", "100 %", "1,000,000"]);
});

it("a value is written as a person writes it", () => {
  expect([written("a b"), written([1, "x"]), written(null)]).toEqual(["a b", '[1,"x"]', "null"]);
});
