import { describe, expect, it } from "vitest";
import {
  called,
  calledArtifact,
  condition,
  counts,
  fact,
  factWords,
  headlines,
  label,
  tone,
  turns,
  typeWord,
} from "./facts";
import { artifact, graphOf, task } from "./making";

describe("an artifact's fact", () => {
  const metrics = (scalars: Record<string, number | string>) =>
    fact(artifact("a:m", { type: "system.Metrics", scalars }));

  it("is of metrics the one that tells most, of what was not learned from", () => {
    expect(metrics({ loss: 0.5, accuracy: 0.84571, weighted_f1: 0.8 })).toEqual({ name: "weighted f1", value: "0.8" });
    expect(metrics({ train_accuracy: 0.99, val_accuracy: 0.84571 })).toEqual({ name: "val accuracy", value: "0.8457" });
    expect(metrics({ train_accuracy: 0.99 })?.name).toBe("train accuracy");
    expect(metrics({ photos: 440, name: "x" })).toEqual({ name: "photos", value: "440" });
    expect(metrics({})).toBeNull();
  });

  it("is of a dataset how much is in it, of all else the size", () => {
    expect(factWords(artifact("a:d", { scalars: { n_rows: 5489 }, size: 10 }))).toBe("5,489 rows");
    expect(factWords(artifact("a:d", { size: 5_900_000 }))).toBe("5.9 MB");
    expect(factWords(artifact("a:d"))).toBe("");
  });

  it("is of several their number", () => {
    expect(factWords(artifact("a:d", { made: 29, size: 10 }))).toBe("29 artifacts");
    expect(factWords(artifact("a:d", { made: 1, is_list: true }))).toBe("1 artifacts");
  });
});

describe("names", () => {
  it("of types are without their namespace, and have a tone", () => {
    expect(typeWord("system.Model")).toBe("Model");
    expect(typeWord("")).toBe("Artifact");
    expect(["system.Dataset", "google.Model", "system.ClassificationMetrics", "x.Y"].map(tone)).toEqual([
      ...["dataset", "model", "metrics", "artifact"],
    ]);
  });

  it("of turns are their number and a short item", () => {
    const turn = (item: unknown) => called(task("loop[3]", "loop", { kind: "ITERATION", item }));
    expect(turn(0.01)).toBe("Turn 3: 0.01");
    expect(turn({ rate: 0.01, width: 128, depth: 3 })).toBe("Turn 3");
    expect(turn(null)).toBe("Turn 3");
    expect(called(task("fit"))).toBe("fit");
    expect(called(task("condition-branches-2"))).toBe("Branches");
  });

  it("of lists that loops hand on are without what the compiler puts before them", () => {
    expect(calledArtifact({ name: "pipelinechannel--fit-model" })).toBe("fit-model");
  });
});

describe("a condition", () => {
  const on = (text: string, parent = "") => condition({ condition: text, parent });

  it("is told with the last names alone", () => {
    expect(on("exit-handler-1.choose.Output == 'large'")).toBe("if choose.Output == 'large'");
    expect(on("for-loop-1[2].fit.Output > 0.5")).toBe("if fit.Output > 0.5");
    expect(on("")).toBe("");
  });

  it("of a branch is without those of the branches before it", () => {
    const parent = "group.condition-branches-2";
    expect(on("a.Output == 'x'", parent)).toBe("if a.Output == 'x'");
    expect(on("!(a.Output == 'x') && a.Output == 'y'", parent)).toBe("else if a.Output == 'y'");
    expect(on("!(a.Output == 'x') && !(int(a.Output) == 2)", parent)).toBe("else");
  });
});

describe("how many", () => {
  it("tasks stand where is told with the worst first", () => {
    expect(counts({ SUCCEEDED: 1200, FAILED: 2 })).toBe("2 failed · 1,200 succeeded");
    expect(counts({})).toBe("");
  });

  it("turns there are and were", () => {
    const loop = (total: number | null, states: Record<string, number>, begun = 0) =>
      turns(task("loop", "", { turns: { begun, total, states, failed: [], folded: true } }));
    expect(loop(30, { SUCCEEDED: 10, RUNNING: 2 })).toBe("10 of 30 turns");
    expect(loop(1, { SUCCEEDED: 1 })).toBe("1 turn");
    expect(loop(null, {}, 4)).toBe("4 turns");
    expect(loop(null, {})).toBe("a loop");
    expect(turns(task("fit"))).toBe("");
  });
});

describe("the headline of a group", () => {
  it("is the metric in it that tells most, of each turn the same", () => {
    const turn = (number: number) => [
      artifact(`loop[${number}].fit:m`, {
        parent: `loop[${number}]`,
        type: "system.Metrics",
        scalars: { train_accuracy: 1 },
      }),
      artifact(`loop[${number}].test:m`, {
        parent: `loop[${number}]`,
        type: "system.Metrics",
        scalars: { loss: 2, f1: number },
      }),
    ];
    const found = headlines(
      graphOf({
        tasks: [task("loop", ""), task("loop[0]", "loop"), task("loop[1]", "loop")],
        artifacts: [...turn(0), ...turn(1), artifact("loop[0].fit:data", { parent: "loop[0]" })],
      }),
    );
    expect(found.get("loop[0]")).toEqual({ name: "f1", value: "0" });
    expect(found.get("loop[1]")).toEqual({ name: "f1", value: "1" });
    expect(found.get("loop")).toEqual({ name: "f1", value: "0" });
  });
});

describe("a node in words", () => {
  it("is what it is, how it is, and how long it took", () => {
    const times = { started_at: "2026-01-01T00:00:00Z", finished_at: "2026-01-01T00:00:20Z" };
    expect(label({ id: "a", parent: "", fold: null, task: task("eval-model", "", times) })).toBe(
      "Task eval-model, succeeded, 20 s",
    );
    expect(label({ id: "a", parent: "", fold: null, task: task("a", "", { cached: true, kind: "IMPORTER" }) })).toBe(
      "Importer a, cached",
    );
  });

  it("is of an artifact its type and fact", () => {
    const made = artifact("a:model", { type: "system.Model", size: 1000 });
    expect(label({ id: "a:model", parent: "", artifact: made })).toBe("Artifact model, Model, 1.0 kB");
    expect(label({ id: "a:model", parent: "", artifact: { ...made, made: 0, size: null } })).toBe(
      "Artifact model, Model, not made yet",
    );
  });
});
