import { expect, test } from "vitest";
import { charts, isHistory } from "./history";

const COLUMNS = ["epoch", "train_loss", "val_loss", "train_accuracy", "val_accuracy"];

test("a table over epochs is a history", () => {
  expect(isHistory(COLUMNS, {})).toBe(true);
  expect(isHistory(["name", "loss"], {})).toBe(false);
});

test("losses go with losses", () => {
  expect([...charts(COLUMNS)]).toEqual([
    ["loss", ["train_loss", "val_loss"]],
    ["accuracy", ["train_accuracy", "val_accuracy"]],
  ]);
});
