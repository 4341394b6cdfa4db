import { describe, expect, it } from "vitest";
import type { PipelineParameter } from "@/api/client";
import { commandOf } from "./command";
import { beginning, canonical, filled, isChanged, ofParameters, read, shares } from "./form";

function parameter(name: string, type: string, more: Partial<PipelineParameter> = {}): PipelineParameter {
  return { name, type, required: more.default === undefined, default: null, description: "", literals: [], ...more };
}

const FALSY = [
  parameter("on", "BOOLEAN", { default: false }),
  parameter("zero", "NUMBER_INTEGER", { default: 0 }),
  parameter("nothing", "NUMBER_DOUBLE", { default: 0 }),
  parameter("empty", "STRING", { default: "" }),
  parameter("list", "LIST", { default: [] }),
  parameter("struct", "STRUCT", { default: {} }),
];

describe("a form", () => {
  it("begins with the pipeline's own values, falsy ones too, and sends none of them", () => {
    const drafts = beginning(FALSY);
    expect(drafts).toEqual({ on: "false", zero: "0", nothing: "0", empty: "", list: "[]", struct: "{}" });
    expect(filled(FALSY, drafts)).toEqual({ values: {}, problems: {} });
  });

  it("sends a falsy value where the pipeline's own is another", () => {
    const parameters = [
      parameter("on", "BOOLEAN", { default: true }),
      parameter("n", "NUMBER_INTEGER", { default: 5 }),
      parameter("note", "STRING", { default: "hello" }),
    ];
    expect(filled(parameters, { on: "false", n: "0", note: "" }).values).toEqual({ on: false, n: 0, note: "" });
  });

  it("begins with the values of a cloned run", () => {
    const parameters = [
      parameter("n", "NUMBER_INTEGER", { default: 5 }),
      parameter("note", "STRING", { default: "a" }),
    ];
    const drafts = beginning(parameters, { n: 0 });
    expect(drafts).toEqual({ n: "0", note: "a" });
    expect(filled(parameters, drafts).values).toEqual({ n: 0 });
  });

  it("needs a value where there is none, and leaves out what may be", () => {
    const parameters = [parameter("uri", "STRING"), parameter("limit", "NUMBER_INTEGER", { required: false })];
    const { values, problems } = filled(parameters, beginning(parameters));
    expect(values).toEqual({});
    expect(Object.keys(problems)).toEqual(["uri"]);
    for (const each of parameters) expect(isChanged(each, "", null)).toBe(false);
  });

  it("reads numbers as they are written, scientific ones too, and refuses others", () => {
    const double = parameter("rate", "NUMBER_DOUBLE");
    const whole = parameter("n", "NUMBER_INTEGER");
    expect(read(double, "1e-5").value).toBe(1e-5);
    expect(read(double, " -.5 ").value).toBe(-0.5);
    expect(read(whole, "1e3").value).toBe(1000);
    for (const draft of ["0x10", "1,5", "ten", "1e999", "NaN"]) expect(read(double, draft).problem).toBeTruthy();
    for (const draft of ["1.5", "9007199254740993"]) expect(read(whole, draft).problem).toBeTruthy();
  });

  it("wants a list or an object where that is the type", () => {
    expect(read(parameter("l", "LIST"), "[1]").value).toEqual([1]);
    expect(read(parameter("l", "LIST"), "{}").problem).toBeTruthy();
    expect(read(parameter("s", "STRUCT"), "[]").problem).toBeTruthy();
    expect(read(parameter("s", "STRUCT"), "null").problem).toBeTruthy();
    expect(read(parameter("s", "STRUCT"), "{").problem).toContain("no JSON");
  });

  it("takes a literal with its type", () => {
    const size = parameter("size", "NUMBER_INTEGER", { default: 1, literals: [1, 2, 4] });
    expect(read(size, "4").value).toBe(4);
    expect(read(size, "3").problem).toBeTruthy();
  });

  it("says what differs from a value, not from how it was written", () => {
    const struct = parameter("s", "STRUCT");
    expect(canonical({ b: 1, a: [{ d: 1, c: 2 }] })).toBe(canonical({ a: [{ c: 2, d: 1 }], b: 1 }));
    expect(isChanged(struct, '{ "b": 1, "a": 2 }', { a: 2, b: 1 })).toBe(false);
    expect(isChanged(struct, "{}", { a: 2 })).toBe(true);
    expect(isChanged(parameter("n", "NUMBER_INTEGER", { required: false }), "", undefined)).toBe(false);
  });

  it("gives the server's words to the field that they are of", () => {
    expect(ofParameters({ "parameters.n": "too small", name: "taken" })).toEqual({ n: "too small" });
  });
});

describe("shares of a whole", () => {
  const ratios = (values: number[]) =>
    values.map((value, index) => parameter(`r${index}_ratio`, "NUMBER_DOUBLE", { default: value }));

  it("fit where they sum to 1, as far as floating point can", () => {
    const parameters = ratios([0.8, 0.1, 0.1]);
    expect(shares(parameters, beginning(parameters))).toMatchObject({ sum: 1, fits: true });
    expect(shares(parameters, { ...beginning(parameters), r0_ratio: "0.7" })).toMatchObject({ sum: 0.9, fits: false });
  });

  it("are none where the pipeline's own values do not sum to 1, there is one alone, or one can't be read", () => {
    const parameters = ratios([0.5, 0.5]);
    expect(shares(ratios([0.8, 0.1]), beginning(ratios([0.8, 0.1])))).toBeNull();
    expect(shares(ratios([1]), beginning(ratios([1])))).toBeNull();
    expect(shares(parameters, { ...beginning(parameters), r0_ratio: "half" })).toBeNull();
  });
});

describe("a command", () => {
  it("holds what was changed, quoted for a shell", () => {
    const ask = { values: { n: 3, note: "it's on", deep: { a: 1 } }, experiment: "first try", name: "", cache: false };
    expect(commandOf({ pipeline: "weather:v1", parallelism: "2", ...ask })).toBe(
      `barograph run weather:v1 -p n=3 -p 'note=it'"'"'s on' -p 'deep={"a":1}' --experiment 'first try' --no-cache --parallelism 2`,
    );
  });
});
