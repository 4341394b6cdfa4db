import { expect, test } from "vitest";
import { countable, countsIn, labelColumn, unevenness } from "./classes";

test("a dataset's metadata may say how many examples each class has", () => {
  expect(countsIn({ photos: 3, photos_by_class: { dew: 1, fog: 2 } })).toEqual({
    name: "photos_by_class",
    of: "photos",
    counts: [
      { label: "dew", count: 1 },
      { label: "fog", count: 2 },
    ],
  });
  expect(countsIn({ class_counts: { a: 1 } })?.of).toBe("examples");
  expect(countsIn({ photos_by_class: "many", classes: ["a"] })).toBeUndefined();
});

test("the column of the classes is known by its name, unless its values can't be counted", () => {
  const columns = [
    { name: "photo", type: "binary" },
    { name: "score", type: "double" },
    { name: "true_label", type: "string" },
    { name: "name", type: "string" },
  ];
  expect(countable(columns)).toEqual(["true_label", "name"]);
  expect(labelColumn(columns)).toBe("true_label");
  expect(labelColumn([{ name: "label", type: "double" }])).toBeUndefined();
});

test("how uneven classes are", () => {
  expect(
    unevenness([
      { label: "a", count: 2 },
      { label: "b", count: 9 },
    ]),
  ).toBe(4.5);
  expect(
    unevenness([
      { label: "a", count: 0 },
      { label: "b", count: 9 },
    ]),
  ).toBe(Number.POSITIVE_INFINITY);
});
