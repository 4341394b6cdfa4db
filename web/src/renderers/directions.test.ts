import { expect, test } from "vitest";
import { bestOf, betterOf, choose, chosenIn, chosenOf } from "./directions";

const row = (key: string, direction: "HIGHER" | "LOWER" = "HIGHER") => ({ key, direction });

test("what only counts is neither better nor worse", () => {
  expect(betterOf(row("accuracy"), {})).toBe("higher");
  expect(betterOf(row("val_loss", "LOWER"), {})).toBe("lower");
  for (const key of ["photos", "test_photos", "best_epoch", "epochs", "train", "train/rain", "rowCount"])
    expect(betterOf(row(key), {})).toBe("neither");
});

test("a choice goes before the guess, is kept in the address, and gone when it is the guess again", () => {
  const given = choose({}, row("photos"), "higher");
  expect(given).toBe("photos:higher");
  expect(betterOf(row("photos"), chosenOf(given))).toBe("higher");
  expect(choose(chosenOf(given), row("photos"), "neither")).toBeUndefined();
});

test("a name may hold any sign", () => {
  const given = choose({}, row("a,b:c 50%"), "lower");
  expect(chosenOf(given)).toEqual({ "a,b:c 50%": "lower" });
  expect(chosenIn({ better: given }, "better")).toBe(given);
});

test("what the address says that is no choice is left out", () => {
  expect(chosenIn({ better: "a:best,b,:lower,c:lower" }, "better")).toBe("c:lower");
});

test("the best are marked, unless all are the same or none can be better", () => {
  expect(bestOf([0.5, null, 0.75, 0.75], "higher")).toEqual([2, 3]);
  expect(bestOf([0.5, 0.25], "lower")).toEqual([1]);
  expect(bestOf([1, 1], "higher")).toEqual([]);
  expect(bestOf([1, 2], "neither")).toEqual([]);
});
