import { expect, test } from "vitest";
import { type Guard, lossGuards, matrixGuards, scalarGuards } from "./guards";

const matrix = (counts: number[][]) => {
  const total = counts.flat().reduce((a, b) => a + b, 0);
  const right = counts.reduce((sum, row, place) => sum + row[place]!, 0);
  return { labels: counts.map((_, place) => `c${place}`), counts, total, accuracy: total ? right / total : null };
};
const SOUND = matrix([
  [3, 1],
  [0, 4],
]);
const curve = (y: number[], missing = 0) => ({ x: y.map((_, place) => place + 1), y, missing });
const bad = (guards: Guard[]) => guards.filter((guard) => !guard.ok).map((guard) => guard.text);

test("a sound matrix has nothing against it", () => {
  const guards = matrixGuards(SOUND, { accuracy: 0.875, weightedRecall: 0.875 }, 8);
  expect(bad(guards)).toEqual([]);
  expect(guards).toHaveLength(4);
});

test("a matrix that lost a class says so", () => {
  const lost = matrix([
    [3, 0],
    [2, 0],
  ]);
  expect(bad(matrixGuards(lost, {}, 8))).toEqual([
    "The matrix holds 5 examples, but there are 8 predictions.",
    "Never predicted: c1, although 2 examples are of it.",
  ]);
  const untested = matrix([
    [3, 1],
    [0, 0],
  ]);
  expect(bad(matrixGuards(untested, {}))).toEqual(["No examples to test with: c1."]);
});

test("an accuracy that is not the diagonal's share is found, in percent too", () => {
  expect(bad(matrixGuards(SOUND, { accuracy: 0.9 }))).toEqual([
    "accuracy was logged as 0.9, but by the matrix it is 0.875.",
  ]);
  expect(bad(matrixGuards(SOUND, { accuracy: 87.5 }))).toEqual([]);
});

test("a weighted recall is the accuracy by another name, however it is written", () => {
  for (const name of ["weightedRecall", "weighted_recall", "recall_weighted", "micro_f1"])
    expect(bad(matrixGuards(SOUND, { [name]: 0.5 }))).toHaveLength(1);
  expect(matrixGuards(SOUND, { macro_recall: 0.5, train_accuracy: 0.5 })).toHaveLength(1);
});

test("what is no number, or can't be one, is named", () => {
  expect(bad(scalarGuards({ loss: "NaN", f1: 0.5, note: "Infinity" }))).toEqual(["Not a number: loss, note."]);
  expect(bad(scalarGuards({ accuracy: 1.7, f1: -0.1, recall: 93.5, loss: 12 }))).toEqual([
    "Can't be: accuracy 1.7, f1 -0.1.",
  ]);
});

test("a validation loss that rises while training goes on diverges", () => {
  const training = curve([1, 0.5, 0.4, 0.3, 0.2]);
  const [found] = lossGuards(curve([1, 0.5, 0.6, 0.8, 1]), training);
  expect(found).toMatchObject({ ok: false, advice: expect.stringContaining("Keep the model of 2") });
  const [kept] = lossGuards(curve([1, 0.5, 0.6, 0.8, 1]), training, 2);
  expect(kept).toMatchObject({ ok: false, advice: expect.stringContaining("was kept") });
  expect(bad(lossGuards(curve([1, 0.8, 0.6, 0.5, 0.45]), training))).toEqual([]);
  expect(lossGuards(curve([1, 2]), curve([1, 0.5]))).toEqual([]);
});

test("a training that does not learn, or breaks down, is told", () => {
  expect(bad(lossGuards(undefined, curve([1, 1.1, 1.2])))).toHaveLength(1);
  expect(bad(lossGuards(undefined, curve([1, 0.9, 0.8], 3)))).toEqual(["The loss is not a number in 3 places."]);
});
