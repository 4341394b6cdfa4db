import { expect, it } from "vitest";
import type { Row } from "@/api/client";
import type { Shown } from "./geometry";
import { deedOf, goneTo } from "./keys";

const shown = (path: string, parent: string, group: boolean, open: boolean): Shown => ({
  row: { path, parent } as Row,
  ...{ depth: 0, group, open, inside: [] },
});
const [task, closed, opened] = [
  shown("a", "g", false, false),
  shown("b", "g", true, false),
  shown("g", "", true, true),
];
const pressed = (key: string, shiftKey = false) => ({ key, shiftKey });

it("the arrows close and open groups, and go on from what is no group", () => {
  expect([task, closed, opened].map((each) => deedOf(pressed("ArrowRight"), each))).toEqual(["next", "turn", "next"]);
  expect([task, closed, opened].map((each) => deedOf(pressed("ArrowLeft"), each))).toEqual([
    ...["parent", "parent", "turn"],
  ]);
});

it("keys move and zoom what is seen", () => {
  const keys = [
    pressed("ArrowLeft", true),
    pressed("ArrowRight", true),
    pressed("+", true),
    pressed("-"),
    pressed("0"),
  ];
  expect(keys.map((key) => deedOf(key, opened))).toEqual(["left", "right", "nearer", "farther", "whole"]);
  expect(deedOf(pressed("x"), task)).toBeUndefined();
});

it("a row is gone to among those that there are", () => {
  const rows = [opened, task, closed];
  expect(goneTo("next", rows, 2)).toBe(2);
  expect(goneTo("before", rows, 0)).toBe(0);
  expect([goneTo("first", rows, 2), goneTo("last", rows, 0), goneTo("parent", rows, 2)]).toEqual([0, 2, 0]);
  expect(goneTo("select", rows, 1)).toBeUndefined();
});
