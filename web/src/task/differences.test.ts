import { expect, it } from "vitest";
import { differenceOf } from "./differences";

it("takes apart what a value was and is", () => {
  expect(differenceOf("parameter 'epochs': 10 -> 30")).toEqual({
    what: "parameter 'epochs'",
    old: "10",
    new: "30",
    diff: [],
  });
  expect(differenceOf("input artifact 'x': its content 9f8e -> 0a1b")).toMatchObject({
    what: "input artifact 'x': its content",
    old: "9f8e",
    new: "0a1b",
  });
});

it("leaves a sentence as it is that tells of one value only", () => {
  expect(differenceOf("parameter 'a' is new: \"x -> y: z\"").what).toBe("parameter 'a' is new: \"x -> y: z\"");
});

it("knows the lines of a diff", () => {
  const found = differenceOf("command: the source of the component\n    @@ -1 +1 @@\n     same\n    -old\n    +new");
  expect(found.what).toBe("command: the source of the component");
  expect(found.diff).toMatchObject([
    { kind: "place", text: "@@ -1 +1 @@" },
    { kind: "same", text: " same" },
    { kind: "removed", text: "-old" },
    { kind: "added", text: "+new" },
  ]);
});
