import { describe, expect, it } from "vitest";
import { colour } from "./yaml";

const kinds = (line: string) => colour(line)[0]?.map(({ kind, text }) => `${kind}:${text}`);

describe("the colours of YAML", () => {
  it.each([
    ["components:", ["key:components", "plain::"]],
    ["  parallelism: 4", ["plain:  ", "key:parallelism", "plain::", "number: 4"]],
    ["  on: true # why", ["plain:  ", "key:on", "plain::", "word: true", "comment: # why"]],
    ['- "a: b"', ["plain:- ", 'string:"a: b"']],
    ["- --flag", ["plain:- ", "plain:--flag"]],
    ["# PIPELINE DEFINITION", ["comment:# PIPELINE DEFINITION"]],
    ["    image: python:3.11", ["plain:    ", "key:image", "plain::", "plain: python:3.11"]],
  ])("%s", (line, expected) => {
    expect(kinds(line)).toEqual(expected);
  });

  it("take a block as text until it ends", () => {
    const lines = colour("command:\n- |\n  import os\n\n  x: 1\nargs: []").map((line) => line.map(({ kind }) => kind));
    expect(lines.slice(2, 5)).toEqual([["string"], ["string"], ["string"]]);
    expect(lines[5]).toEqual(["key", "plain", "word"]);
  });

  it("lose and add nothing", () => {
    const text = "a:\n  - b: 'it''s'\n  - \"c\\\"d\": 1e-5\n\t# x\n- - 1\n? odd\nf: >-\n    g\n  h: {}\n";
    expect(
      colour(text)
        .map((line) => line.map((piece) => piece.text).join(""))
        .join("\n"),
    ).toBe(text);
  });
});
