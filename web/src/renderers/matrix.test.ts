import { expect, test } from "vitest";
import { cellText, classFigures, columnSums, means, mistakes, moved, ordered, rowSums, told } from "./matrix";

const matrix = {
  labels: ["snow", "dew", "rime"],
  counts: [
    [8, 0, 2],
    [0, 5, 0],
    [4, 1, 0],
  ],
  total: 20,
  accuracy: 0.65,
};

test("rows are true, columns predicted", () => {
  expect(rowSums(matrix.counts)).toEqual([10, 5, 5]);
  expect(columnSums(matrix.counts)).toEqual([12, 6, 2]);
  expect(told(matrix, 0, 2)).toBe("2 of 10 of class snow were taken for rime, 20.0 %");
  expect(told(matrix, 1, 1)).toBe("5 of 5 of class dew were recognised, 100.0 %");
});

test("figures of a class", () => {
  const [snow, , rime] = classFigures(matrix);
  expect(snow).toMatchObject({ support: 10, recall: 0.8, precision: 8 / 12, f1: 16 / 22 });
  expect(rime).toMatchObject({ recall: 0, precision: 0, f1: 0 });
});

test("classes with the most mistakes come first", () => {
  expect(ordered(matrix, "confusion").map((place) => matrix.labels[place])).toEqual(["rime", "snow", "dew"]);
  expect(ordered(matrix, "name").map((place) => matrix.labels[place])).toEqual(["dew", "rime", "snow"]);
});

test("the most frequent mistakes are told first", () => {
  const found = mistakes(matrix, 2).map(({ truth, predicted, count }) => [truth, predicted, count]);
  expect(found).toEqual([
    [2, 0, 4],
    [0, 2, 2],
  ]);
  expect(mistakes(matrix, 9)[0]?.share).toBeCloseTo(0.8);
});

test("means count each class the same, or each example", () => {
  const { macro, weighted } = means(classFigures(matrix));
  expect(macro.recall).toBeCloseTo((0.8 + 1 + 0) / 3);
  expect(weighted.recall).toBeCloseTo(13 / 20);
  expect(weighted.support).toBe(20);
  expect(means([]).macro.f1).toBeNull();
});

test("a cell says its count, or a share that is never rounded to nothing", () => {
  expect([0, 1234, 12345].map((count) => cellText(count, "counts", 9, 11))).toEqual(["", "1,234", "12.3K"]);
  expect(cellText(1234, "counts", 9, 60)).toBe("1.2K");
  expect([cellText(1, "rows", 3, 11), cellText(1, "columns", 1000, 11)]).toEqual(["33", "<1"]);
});

test("keys lead from cell to cell, and not out of the matrix", () => {
  expect(moved("ArrowRight", [0, 0], 3)).toEqual([0, 1]);
  expect(moved("ArrowUp", [0, 0], 3)).toEqual([0, 0]);
  expect(moved("PageDown", [0, 2], 3)).toEqual([2, 2]);
  expect(moved("End", [1, 0], 3)).toEqual([1, 2]);
  expect(moved("a", [1, 0], 3)).toBeUndefined();
});
