import { expect, test } from "vitest";
import { classFigures, columnSums, ordered, rowSums, told } from "./matrix";

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
