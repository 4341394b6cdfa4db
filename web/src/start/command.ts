/** A run as a command. Pure. */

import { written } from "@/format/numbers";
import type { Values } from "./form";

export type Ask = {
  pipeline: string;
  values: Values;
  experiment: string;
  name: string;
  cache: boolean;
  parallelism: string;
};

/** Quoted for a shell, if it must be. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

export function commandOf({ pipeline, values, experiment, name, cache, parallelism }: Ask): string {
  const words = ["barograph", "run", pipeline];
  for (const [key, value] of Object.entries(values)) words.push("-p", `${key}=${written(value)}`);
  if (experiment) words.push("--experiment", experiment);
  if (name) words.push("--name", name);
  if (!cache) words.push("--no-cache");
  if (parallelism) words.push("--parallelism", String(parallelism));
  return words.map(quoted).join(" ");
}
