/** Why a run failed, in one line. Pure. */
import type { Failures } from "@/api/client";

/** @param otherwise What is said where no task is known that failed. */
export function failureText({ tasks, total }: Failures, otherwise: string): string {
  const [first] = tasks;
  if (!first) return otherwise;
  const more = total > 1 ? ` (and ${total - 1} more failed)` : "";
  const why = first.said.replace(/^error: */i, "") || first.error.split("\n")[0];
  return `${first.path}: ${why}${more}`;
}
