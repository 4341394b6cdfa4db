/** The form that starts a run: what is typed into it, which values that means, and what is wrong with them. Pure. */
import type { PipelineParameter } from "@/api/client";

/** What stands in each field, as text; a switch's is `true` or `false`. */
export type Drafts = Record<string, string>;
/** What is wrong with fields, by parameter. */
export type Problems = Record<string, string>;
export type Values = Record<string, unknown>;
export type Kind = "text" | "whole" | "number" | "switch" | "choice" | "json";

const KINDS: Record<string, Kind> = {
  NUMBER_INTEGER: "whole",
  NUMBER_DOUBLE: "number",
  BOOLEAN: "switch",
  LIST: "json",
  STRUCT: "json",
};
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
/** JSON that is longer than this is written over several lines. */
const LINE = 44;
const SHARE = /_ratio$/;

export function kindOf(parameter: PipelineParameter): Kind {
  return parameter.literals.length ? "choice" : (KINDS[parameter.type] ?? "text");
}

/** JSON in which the same values are the same text, whatever the order of their keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each && typeof each === "object" && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/** A value as it stands in its field. */
export function draftOf(parameter: PipelineParameter, value: unknown): string {
  if (value === null || value === undefined) return kindOf(parameter) === "switch" ? "false" : "";
  if (typeof value === "string") return value;
  const line = JSON.stringify(value);
  return line.length > LINE ? JSON.stringify(value, null, 2) : line;
}

/** The fields at the beginning: `given` values, and for what is not among them the pipeline's own. */
export function beginning(parameters: PipelineParameter[], given: Values = {}): Drafts {
  return Object.fromEntries(
    parameters.map((each) => [each.name, draftOf(each, each.name in given ? given[each.name] : each.default)]),
  );
}

type Read = { value?: unknown; problem?: string };

/** The value that a field's text means: none where it is left out, or a problem. */
export function read(parameter: PipelineParameter, draft: string): Read {
  const kind = kindOf(parameter);
  const hasDefault = parameter.default !== null && parameter.default !== undefined;
  if (draft.trim() === "" && !(kind === "text" && hasDefault)) {
    if (parameter.required) return { problem: "It needs a value." };
    if (!hasDefault) return {};
  }
  switch (kind) {
    case "text":
      return { value: draft };
    case "switch":
      return { value: draft === "true" };
    case "choice":
      return readChoice(parameter, draft);
    case "json":
      return readJson(draft, parameter.type === "LIST");
    default:
      return readNumber(draft.trim(), kind === "whole");
  }
}

function readChoice(parameter: PipelineParameter, draft: string): Read {
  const value = parameter.literals.find((each) => draftOf(parameter, each) === draft);
  return value === undefined ? { problem: "Choose one of its values." } : { value };
}

function readNumber(draft: string, whole: boolean): Read {
  const value = Number(draft);
  if (!NUMBER.test(draft) || !Number.isFinite(value))
    return { problem: whole ? "Give a whole number." : "Give a number, such as 0.005 or 5e-3." };
  if (!whole) return { value };
  if (!Number.isInteger(value)) return { problem: "Give a whole number." };
  return Number.isSafeInteger(value) ? { value } : { problem: "It is too large to be kept exactly." };
}

function readJson(draft: string, list: boolean): Read {
  let value: unknown;
  try {
    value = JSON.parse(draft);
  } catch (error) {
    return { problem: `It is no JSON: ${error instanceof Error ? error.message : error}` };
  }
  const fits = list ? Array.isArray(value) : value !== null && typeof value === "object" && !Array.isArray(value);
  if (fits) return { value };
  return { problem: list ? "Give a JSON list, such as [1, 2]." : 'Give a JSON object, such as {"key": 1}.' };
}

/** What is to be sent: the values that are not the pipeline's own, and what is wrong. */
export function filled(parameters: PipelineParameter[], drafts: Drafts): { values: Values; problems: Problems } {
  const values: Values = {};
  const problems: Problems = {};
  for (const each of parameters) {
    const { value, problem } = read(each, drafts[each.name] ?? "");
    if (problem) problems[each.name] = problem;
    else if (value !== undefined && canonical(value) !== canonical(each.default)) values[each.name] = value;
  }
  return { values, problems };
}

/** Whether a field means something else than a value does; what can't be read does. */
export function isChanged(parameter: PipelineParameter, draft: string, value: unknown): boolean {
  if (draft === draftOf(parameter, value)) return false;
  const found = read(parameter, draft);
  return found.problem !== undefined || canonical(found.value ?? null) !== canonical(value ?? null);
}

export type Shares = { names: string[]; sum: number; fits: boolean };

/**
 * The parameters that are shares of a whole, and whether they sum to 1; null where there are none such, or one can't
 * be read. Their names end in `_ratio`, and the pipeline's own values sum to 1, where it has any.
 */
export function shares(parameters: PipelineParameter[], drafts: Drafts): Shares | null {
  const found = parameters.filter((each) => SHARE.test(each.name) && kindOf(each) === "number");
  const own = found.map((each) => each.default).filter((each) => typeof each === "number");
  if (found.length < 2 || (own.length === found.length && !isOne(total(own)))) return null;
  const values = found.map((each) => read(each, drafts[each.name] ?? "").value);
  if (!values.every((each) => typeof each === "number")) return null;
  const sum = total(values);
  return { names: found.map((each) => each.name), sum: Number(sum.toPrecision(12)), fits: isOne(sum) };
}

function total(values: number[]): number {
  return values.reduce((sum, each) => sum + each, 0);
}

function isOne(sum: number): boolean {
  return Math.abs(sum - 1) < 1e-6;
}

/** What the server said is wrong, by parameter: its fields are `parameters.NAME`. */
export function ofParameters(fields: Record<string, string>): Problems {
  const prefix = "parameters.";
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, words]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), words]] : [],
    ),
  );
}
