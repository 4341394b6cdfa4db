import { expect, test } from "vitest";
import { divergence, matrixGuards, scalarGuards } from "./guards";

const matrix = (counts: number[][]) => {
  const total = counts.flat().reduce((a, b) => a + b, 0);
  const right = counts.reduce((sum, row, place) => sum + row[place]!, 0);
  return { labels: counts.map((_, place) => `c${place}`), counts, total, accuracy: total ? right / total : null };
};
const bad = (guards: { ok: boolean; text: string }[]) => guards.filter((guard) => !guard.ok).map((guard) => guard.text);

test("a sound matrix has nothing against it", () => {
  expect(
    bad(
      matrixGuards(
        matrix([
          [3, 1],
          [0, 4],
        ]),
        { accuracy: 0.875 },
        8,
      ),
    ),
  ).toEqual([]);
});

test("a matrix that lost a class says so", () => {
  expect(
    bad(
      matrixGuards(
        matrix([
          [3, 0],
          [2, 0],
        ]),
        {},
        8,
      ),
    ),
  ).toEqual(["the matrix sums to 5, but there are 8 predictions", "never predicted: c1"]);
  expect(
    bad(
      matrixGuards(
        matrix([
          [3, 1],
          [0, 0],
        ]),
        {},
      ),
    ),
  ).toEqual(["no examples of: c1"]);
});

test("an accuracy that is not the diagonal's share is found, in percent too", () => {
  expect(
    bad(
      matrixGuards(
        matrix([
          [3, 1],
          [0, 4],
        ]),
        { accuracy: 0.9 },
      ),
    ),
  ).toHaveLength(1);
  expect(
    bad(
      matrixGuards(
        matrix([
          [3, 1],
          [0, 4],
        ]),
        { accuracy: 87.5 },
      ),
    ),
  ).toEqual([]);
});

test("what is no number is named", () => {
  expect(bad(scalarGuards({ loss: "NaN", f1: 0.5, note: "Infinity" }))).toEqual(["not a number: loss, note"]);
});

test("a validation loss that rises while training goes on diverges", () => {
  expect(divergence([1, 0.5, 0.6, 0.8, 1], [1, 0.5, 0.4, 0.3, 0.2])?.ok).toBe(false);
  expect(divergence([1, 0.8, 0.6, 0.5, 0.45], [1, 0.5, 0.4, 0.3, 0.2])?.ok).toBe(true);
  expect(divergence([1, 2], [1, 0.5])).toBeNull();
});
