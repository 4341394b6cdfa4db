import { expect, test } from "vitest";
import { scaleOf, scrolled, stepped, zoomOfKey } from "./zoom";

const place = { width: 800, height: 600 };

test("an image that fits is shown as large as it is, a larger one whole", () => {
  expect(scaleOf("fit", { width: 24, height: 24 }, place)).toBe(1);
  expect(scaleOf("fit", { width: 2400, height: 800 }, place)).toBeCloseTo(1 / 3);
  expect(scaleOf("fit", { width: 100, height: 6000 }, place)).toBeCloseTo(0.1);
  expect(scaleOf("fit", { width: 0, height: 0 }, place)).toBe(1);
  expect(scaleOf(4, { width: 2400, height: 800 }, place)).toBe(4);
});

test("steps go in and out, and end", () => {
  expect([stepped(1 / 3, 1), stepped(1 / 3, -1), stepped(1, 1), stepped(1, -1)]).toEqual([0.5, 0.25, 1.5, 0.75]);
  expect([stepped(16, 1), stepped(0.01, -1)]).toEqual([16, 0.05]);
});

test("keys zoom", () => {
  expect(["+", "-", "0", "1", "a"].map((key) => zoomOfKey(key, 1))).toEqual([1.5, 0.75, "fit", 1, undefined]);
});

test("the point under the mouse stays under it", () => {
  expect(scrolled(100, 50, 1, 2)).toBe(250);
  expect((scrolled(100, 50, 1, 2) + 50) / 2).toBe(150);
});
