/** A lineage in plain words. Pure. */
import type { Lineage, LineageArtifact } from "@/api/client";
import { whole } from "@/format/numbers";
import { typeWord } from "@/graph/facts";
import { reached } from "./lineage";

/** A part of a sentence: text, or the name of something that can be opened. */
export type Part = string | { artifact: string; text: string } | { run: string; task?: string; text: string };

const NAMED = 4;
/** What is of no particular type. */
const PLAIN = "artifact";

/** Where it comes from, and what else changes if it does: a sentence or two each. */
export function story(found: Lineage): { origin: Part[]; impact: Part[] } {
  return { origin: origin(found), impact: impact(found) };
}

function origin(found: Lineage): Part[] {
  const artifacts = new Map(found.artifacts.map((each) => [each.id, each]));
  const root = artifacts.get(found.root);
  const edge =
    found.edges.find(({ target, relation }) => target === found.root && relation === "MADE") ??
    found.edges.find(({ target, relation }) => target === found.root && relation === "REUSED");
  const maker = found.tasks.find(({ id }) => id === edge?.source);
  const kind = thing(root?.type ?? "");
  if (!root || !maker) return [`Nothing is recorded of where this ${kind} comes from.`];
  const inputs = found.edges
    .filter(({ target, relation }) => target === maker.id && relation === "TOOK")
    .flatMap(({ source }) => artifacts.get(source) ?? []);
  const run = found.runs.find(({ id }) => id === maker.run_id);
  const by: Part[] = [
    { run: maker.run_id, task: maker.path, text: maker.path },
    " in the run ",
    { run: maker.run_id, text: run?.name ?? maker.run_id },
  ];
  if (maker.kind === "IMPORTER") return [`This ${kind} was taken in from `, root.uri, " by ", ...by, "."];
  if (!inputs.length) return [`This ${kind} was made by `, ...by, "; no other artifact went into it."];
  const up = reached(found, "up");
  const more = up.artifacts.length - inputs.length;
  return [
    `This ${kind} was ${verb(root, inputs)} `,
    ...listed(inputs.map(({ id, name }) => ({ artifact: id, text: name }))),
    " by ",
    ...by,
    ".",
    ...(more > 0
      ? [` Before that, ${counted(more, "other artifact")} of ${counted(up.runs, "run")} went into it.`]
      : []),
  ];
}

function impact(found: Lineage): Part[] {
  const down = reached(found, "down");
  const root = found.artifacts.find(({ id }) => id === found.root);
  const kind = thing(root?.type ?? "");
  if (!down.tasks.length) return [`Nothing has used this ${kind} yet: if it changes, nothing else does.`];
  if (!down.artifacts.length)
    return [`If this ${kind} changes, no artifact does, though ${counted(down.tasks.length, "task")} used it.`];
  const least = found.open.length ? "at least " : "";
  const kinds = new Map<string, number>();
  for (const { type } of down.artifacts) kinds.set(thing(type), (kinds.get(thing(type)) ?? 0) + 1);
  const several = [...kinds]
    .sort((a, b) => Number(a[0] === PLAIN) - Number(b[0] === PLAIN) || b[1] - a[1])
    .map(([word, count]) => counted(count, word === PLAIN && kinds.size > 1 ? "other artifact" : word));
  return [
    `If this ${kind} changes, ${least}${counted(down.artifacts.length, "artifact")} of ${counted(down.runs, "run")} `,
    down.artifacts.length === 1 ? "is affected" : "are affected",
    ...(kinds.size === 1 && kinds.has(PLAIN) ? [] : [": ", ...listed(several, several.length)]),
    ".",
  ];
}

/** `model` of `system.Model`. */
function thing(type: string): string {
  const word = typeWord(type);
  if (/Metrics$/.test(word)) return "set of metrics";
  if (word === "HTML" || word === "Markdown") return "report";
  return word.toLowerCase();
}

function verb(root: LineageArtifact, inputs: readonly LineageArtifact[]): string {
  const kind = thing(root.type);
  if (kind === "model" && inputs.every(({ type }) => thing(type) === "dataset")) return "trained on";
  if (kind === "set of metrics") return "measured on";
  return kind === "report" ? "written from" : "made from";
}

function counted(count: number, word: string): string {
  if (count === 1) return `1 ${word}`;
  return `${whole(count)} ${word === "set of metrics" ? "sets of metrics" : `${word}s`}`;
}

function listed(parts: readonly Part[], most = NAMED): Part[] {
  const named = parts.slice(0, most);
  const more = parts.length - named.length;
  const all: Part[] = more > 0 ? [...named, `${whole(more)} more`] : [...named];
  return all.flatMap((part, place) => {
    if (place === 0) return [part];
    return [place === all.length - 1 ? " and " : ", ", part];
  });
}
