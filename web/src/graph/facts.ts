/** What a node says in a few words. Pure. */
import type { ArtifactNode, Graph, State, TaskNode } from "@/api/client";
import { bytes, short, whole, written } from "@/format/numbers";
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

/** The group of types that share a colour. */
export function tone(type: string): "dataset" | "model" | "metrics" | "artifact" {
  const word = typeWord(type);
  if (word === "Dataset") return "dataset";
  if (word === "Model") return "model";
  return word.endsWith("Metrics") ? "metrics" : "artifact";
}

/** Whether all that a task did was taken from the cache. */
export function isCached({ state, cached }: Pick<TaskNode, "state" | "cached">): boolean {
  return cached || state === "CACHED";
}

/** The state of a task as it is shown. */
export function stateOf(task: Pick<TaskNode, "state" | "cached">): State | null {
  return isCached(task) ? "CACHED" : task.state;
}

/** What KFP's compiler calls what it puts around an if and its else. */
const BRANCHES = /(?<=^|\.)condition-branches-\d+$/;
/** Characters of a turn's item that are shown beside its number. */
const LONG = 18;

/** What a task is called on its card: a turn by its number and, if it is short, its item; all others by their name. */
export function called({ kind, name, item }: Pick<TaskNode, "kind" | "name" | "item">): string {
  const turn = kind === "ITERATION" && /\[(\d+)\]$/.exec(name);
  if (!turn) return name.replace(BRANCHES, "Branches");
  const text = item === null || item === undefined ? "" : written(item);
  return text && text.length <= LONG ? `Turn ${turn[1]}: ${text}` : `Turn ${turn[1]}`;
}

/** What an artifact is called, without what KFP's compiler puts before the names of lists that loops hand on. */
export function calledArtifact({ name }: Pick<ArtifactNode, "name">): string {
  return name.replace(/^pipelinechannel--/, "");
}

/** On what a condition's tasks run: `else` of an if, without the conditions before it. */
export function condition({ condition, parent }: Pick<TaskNode, "condition" | "parent">): string {
  const short = condition.replace(/(?:[\w-]+(?:\[\d+\])?\.)+([\w-]+\.[\w-]+)/g, "$1");
  const rest = BRANCHES.test(parent) ? withoutNegated(short) : short;
  if (rest === short) return short && `if ${short}`;
  return rest ? `else if ${rest}` : "else";
}

/** A chain of conditions without those at its beginning that are not to hold: `!(a) && !(b) && c` is `c`. */
function withoutNegated(text: string): string {
  if (!text.startsWith("!(")) return text;
  let depth = 0;
  for (let at = 1; at < text.length; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")" && --depth === 0) return withoutNegated(text.slice(at + 1).replace(/^\s*&&\s*/, ""));
  }
  return text;
}

/** Something known of an artifact: `accuracy` is `0.845`; without a name, `352 photos` or `5.9 MB`. */
export type Fact = { name: string; value: string };

/** The one thing worth knowing of an artifact, if there is one. */
export function fact({ made, is_list, scalars, size, type }: ArtifactNode): Fact | null {
  if (made > 1 || (is_list && made)) return { name: "", value: `${whole(made)} artifacts` };
  const numbers = Object.entries(scalars).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  if (typeWord(type) === "Metrics") {
    const [first, ...others] = numbers;
    if (!first) return null;
    const [name, value] = others.reduce((best, each) => (rankOf(each[0]) < rankOf(best[0]) ? each : best), first);
    return { name: name.replaceAll("_", " "), value: short(value) };
  }
  const count = typeWord(type) === "Dataset" && numbers.find(([name]) => COUNTS.test(name));
  if (count) return { name: "", value: `${whole(count[1])} ${count[0].replace(/^(n|num)_|_count$/g, "")}` };
  return size === null ? null : { name: "", value: bytes(size) };
}

/** Of what is in each group, the metric that tells most: one of the same name in each turn of a loop. */
export function headlines(graph: Graph): Map<string, Fact> {
  const parents = new Map(graph.tasks.map((task) => [task.path, task.parent]));
  const found = new Map<string, { fact: Fact; rank: number }>();
  for (const artifact of graph.artifacts) {
    const known = typeWord(artifact.type) === "Metrics" ? fact(artifact) : null;
    if (!known?.name) continue;
    const rank = rankOf(known.name.replaceAll(" ", "_"));
    for (let group: string | undefined = artifact.parent; group && parents.has(group); group = parents.get(group)) {
      const best = found.get(group);
      if (!best || rank < best.rank) found.set(group, { fact: known, rank });
    }
  }
  return new Map([...found].map(([group, { fact }]) => [group, fact]));
}

function rankOf(metric: string): number {
  const rank = METRICS.findIndex((wanted) => wanted.test(metric));
  return (rank < 0 ? METRICS.length : rank) + (metric.startsWith("train") ? METRICS.length : 0);
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
    const { type, made } = node.artifact;
    return [
      `Artifact ${calledArtifact(node.artifact)}`,
      typeWord(type),
      factWords(node.artifact) || (made ? "" : "not made yet"),
    ]
      .filter(Boolean)
      .join(", ");
  }
  const { task } = node;
  const { kind, state, started_at: start, finished_at: end } = task;
  const took = start && end ? duration((Date.parse(end) - Date.parse(start)) / 1000) : "";
  const word = state ? (isCached(task) ? "cached" : stateWord(state).toLowerCase()) : "";
  return [kind === "ITERATION" ? called(task) : `${KINDS[kind]} ${task.name}`, word, turns(task), took]
    .filter(Boolean)
    .join(", ");
}
