import { expect, test } from "vitest";
import { isShare, meaning, words } from "./glossary";

test("a metric is known however its name is written", () => {
  expect(words("valLoss")).toBe("val loss");
  for (const name of ["weighted_f1", "weightedF1", "f1/snow", "F1"]) expect(meaning(name)).toContain("Precision and");
  for (const name of ["accuracy", "val_acc", "top1Accuracy"]) expect(meaning(name)).toContain("recognised correctly");
  expect(meaning("roc_auc")).toContain("told apart");
});

test("what it was measured on is said too", () => {
  expect(meaning("val_loss")).toContain("does not learn from");
  expect(meaning("train_accuracy")).toContain("learned from");
});

test("an end of a range is told as one", () => {
  expect(meaning("accuracy_low")).toContain("range");
});

test("nothing is said of what is not known", () => {
  expect(meaning("photos")).toBeUndefined();
  expect(meaning("lossless")).toBeUndefined();
});

test("a share is one by its name and its value", () => {
  expect(isShare("accuracy", 1)).toBe(true);
  expect(isShare("accuracy", 93.1)).toBe(false);
  expect(isShare("val_loss", 0.3)).toBe(false);
});
