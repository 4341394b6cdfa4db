import { expect, test } from "vitest";
import { charts, drawable, isHistory } from "./history";

const table = (types: Record<string, string>, ...rows: (number | string)[][]) => ({
  columns: Object.entries(types).map(([name, type]) => ({ name, type })),
  rows,
});
const LOSSES = { epoch: "integer", train_loss: "number", val_loss: "number" };

test("a table of losses over epochs is a history, of CSV as of Parquet", () => {
  expect(isHistory(table(LOSSES, ["1", "0.5", "0.6"], ["2", "0.4", "0.5"]), {})).toBe(true);
  expect(isHistory(table({ step: "int64", loss: "double", lr: "float" }, [10, 1, 0.1], [20, 0.5, 0.1]), {})).toBe(true);
});

test("a table is none only for having a column called epoch", () => {
  expect(isHistory(table({ epoch: "integer", name: "text", note: "text" }, ["1900", "a", "b"]), {})).toBe(false);
  expect(isHistory(table({ epoch: "integer", population: "integer" }, ["1", "2"]), {})).toBe(false);
  expect(isHistory(table(LOSSES, ["2", "0.5", "0.6"], ["1", "0.4", "0.5"]), {})).toBe(false);
  expect(isHistory(table({ name: "text", loss: "number" }, ["a", "1"]), {})).toBe(false);
});

test("what its metadata say goes before what its columns look like", () => {
  expect(isHistory(table({ hour: "integer", rain: "number" }, ["1", "2"]), { kind: "history" })).toBe(true);
  expect(isHistory(table({ hour: "text", rain: "text" }, ["1", "2"]), { kind: "history" })).toBe(false);
  expect(isHistory(table(LOSSES, ["1", "0.5", "0.6"]), { kind: "predictions" })).toBe(false);
});

test("any two columns of numbers can be drawn, over whichever is chosen", () => {
  const { columns } = table({ name: "text", step: "integer", a: "number", b: "double" });
  expect(drawable(columns)).toEqual({ x: "step", y: ["a", "b"], choices: ["step", "a", "b"] });
  expect(drawable(columns, "a")?.y).toEqual(["step", "b"]);
  expect(drawable(columns, "name")?.x).toBe("step");
  expect(drawable(columns.slice(0, 2))).toBeUndefined();
});

test("losses go with losses", () => {
  expect([...charts(["train_loss", "val_loss", "train_accuracy", "val_accuracy"])]).toEqual([
    ["loss", ["train_loss", "val_loss"]],
    ["accuracy", ["train_accuracy", "val_accuracy"]],
  ]);
});
