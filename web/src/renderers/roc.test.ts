import { expect, test } from "vitest";
import { area } from "./roc";

test("the area of chance is a half, of a perfect curve one, in any order", () => {
  const corner = [
    { fpr: 1, tpr: 1 },
    { fpr: 0, tpr: 0 },
  ];
  expect(area(corner)).toBe(0.5);
  expect(area([...corner, { fpr: 0, tpr: 1 }])).toBe(1);
});
