import { describe, expect, it } from "vitest";
import { commandOf, lines, quoted, tokens } from "./command";

const SOURCE =
  "\nimport kfp\nfrom kfp import dsl\nfrom kfp.dsl import *\nfrom typing import *\n\ndef add(a: int):\n    return a\n\n";
const PYTHON = ["sh", "-ec", "program_path=$(mktemp -d)\nrun", SOURCE];
const ARGS = ["--executor_input", "{{$}}", "--function_to_execute", "add"];

describe("a command", () => {
  it("shows the function of a Python component by itself", () => {
    const { python, words } = commandOf(PYTHON, ARGS);
    expect(python).toEqual({ name: "add", source: "def add(a: int):\n    return a" });
    expect(words).toEqual([...PYTHON.slice(0, 3), ...ARGS]);
  });

  it("stays as it is where it is none", () => {
    const words = ["python", "-c", "def f(): pass\nf()"];
    expect(commandOf(words, [])).toEqual({ python: null, words });
  });
});

it("is written as a shell takes it", () => {
  expect(quoted("it's")).toBe(`'it'\\''s'`);
  expect(lines(["sh", "-c", "echo hi", "--name", "x", "--flag", "--n=1", "file"])).toEqual([
    ...["sh -c 'echo hi'", "--name x", "--flag", "--n=1", "file"],
  ]);
});

it("colours source without losing any of it", () => {
  const source = `def f(x):  # it's "x"\n    """Doc's."""\n    return 'a' if x else None`;
  const found = tokens(source);
  expect(found.map((token) => token.text).join("")).toBe(source);
  expect(found.filter((token) => token.kind === "comment").map((token) => token.text)).toEqual([`# it's "x"`]);
  expect(found.filter((token) => token.kind === "word").map((token) => token.text)).toEqual([
    ...["def", "return", "if", "else", "None"],
  ]);
});
