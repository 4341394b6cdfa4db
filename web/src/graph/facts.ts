/** What a node says in a few words. Pure. */
import type { ArtifactNode, State, TaskNode } from "@/api/client";
import { bytes, short, whole } from "@/format/numbers";
import { duration } from "@/format/time";
import { stateWord } from "@/parts/State";
import type { Shown } from "./folding";

const METRICS = [
  /^(weighted_|macro_|micro_)?f1(_score)?$/,
  /accuracy/,
  /auc|roc/,
  /r2|recall|precision|score/,
  /loss|error|mse|mae/,
];
const COUNTS = /^(photos|images|rows|examples|samples|records|documents|items|n_\w+|num_\w+|\w+_count)$/;

/** `Model` of `system.Model`. */
export function typeWord(type: string): string {
  return type.replace(/^(system|google)\./, "") || "Artifact";
}

/** Something known of an artifact: `accuracy` is `0.845`; without a name, `352 photos` or `5.9 MB`. */
export type Fact = { name: string; value: string };

/** The one thing worth knowing of an artifact, if there is one. */
export function fact({ made, is_list, scalars, size, type }: ArtifactNode): Fact | null {
  if (made > 1 || (is_list && made)) return { name: "", value: `${whole(made)} artifacts` };
  const numbers = Object.entries(scalars).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  if (typeWord(type) === "Metrics") {
    const ranked = METRICS.flatMap((wanted) => numbers.filter(([name]) => wanted.test(name)));
    // What a model does with what it has learned from says little.
    const [name, value] = ranked.find(([name]) => !name.startsWith("train")) ?? ranked[0] ?? numbers[0] ?? [];
    return name === undefined || value === undefined ? null : { name: name.replaceAll("_", " "), value: short(value) };
  }
  const count = typeWord(type) === "Dataset" && numbers.find(([name]) => COUNTS.test(name));
  if (count) return { name: "", value: `${whole(count[1])} ${count[0].replace(/^(n|num)_|_count$/g, "")}` };
  return size === null ? null : { name: "", value: bytes(size) };
}

export function factWords(artifact: ArtifactNode): string {
  const known = fact(artifact);
  return known ? `${known.name} ${known.value}`.trim() : "";
}

/** How many tasks stand where, the worst first: `2 failed · 28 succeeded`. */
export function counts(states: Readonly<Record<string, number>>): string {
  const order: State[] = ["FAILED", "RUNNING", "CANCELING", "CANCELED", "PENDING", "SUCCEEDED", "CACHED", "SKIPPED"];
  return order
    .filter((state) => states[state])
    .map((state) => `${whole(states[state]!)} ${stateWord(state).toLowerCase()}`)
    .join(" · ");
}

export function total(states: Readonly<Record<string, number>>): number {
  return Object.values(states).reduce((sum, count) => sum + count, 0);
}

/** How many turns of a loop there are and were: `12 of 30 turns`. */
export function turns(task: TaskNode): string {
  if (!task.turns) return "";
  const { begun, total: all, states } = task.turns;
  if (all === null) return begun ? `${whole(begun)} turns` : "a loop";
  const ended = total(states) - (states.RUNNING ?? 0) - (states.PENDING ?? 0) - (states.CANCELING ?? 0);
  return ended < all ? `${whole(ended)} of ${whole(all)} turns` : `${whole(all)} ${all === 1 ? "turn" : "turns"}`;
}

const KINDS: Record<TaskNode["kind"], string> = {
  RUNTIME: "Task",
  IMPORTER: "Importer",
  DAG: "Sub-pipeline",
  LOOP: "Loop",
  ITERATION: "Turn",
  CONDITION: "Condition",
};

/** A node in words: `Task eval-model, succeeded, 20 s`. */
export function label(node: Shown): string {
  if (node.artifact) {
    const { name, type, made } = node.artifact;
    return [`Artifact ${name}`, typeWord(type), factWords(node.artifact) || (made ? "" : "not made yet")]
      .filter(Boolean)
      .join(", ");
  }
  const { task } = node;
  const { name, kind, state, cached, started_at: start, finished_at: end } = task;
  const took = start && end ? duration((Date.parse(end) - Date.parse(start)) / 1000) : "";
  const word = state ? (cached && state !== "CACHED" ? "cached" : stateWord(state).toLowerCase()) : "";
  return [`${KINDS[kind]} ${name}`, word, turns(task), took].filter(Boolean).join(", ");
}
