/** Windows of a log, as the server gives them. */
import { ApiError, errorOf } from "@/api/client";

/** Bytes of a log that are asked for at once. */
export const PIECE = 512 * 1024;

export type Piece = {
  attempt: number;
  attempts: number;
  start: number;
  bytes: Uint8Array;
  /** Of the whole log, when it was asked. */
  size: number;
};

/** Where a task's log is; of its last attempt, if none is named. */
export function logUrl(runId: string, task: string, attempt?: number, download = false): string {
  return addressOf(runId, task, "", { attempt, download: download || undefined });
}

/** Where one is told what a task prints, as it comes. */
export function logEventsUrl(runId: string, task: string, attempt?: number): string {
  return addressOf(runId, task, "/events", { attempt });
}

function addressOf(runId: string, task: string, part: string, asked: Record<string, number | boolean | undefined>) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, String(value));
  const path = `/apis/barograph/v1/runs/${encodeURIComponent(runId)}/tasks/${encodeURIComponent(task)}/log${part}`;
  return query.size ? `${path}?${query}` : path;
}

/** A part of a log: `bytes=0-99`, or the last hundred with `bytes=-100`. Null where nothing was printed there. */
export async function logPiece(url: string, range: string, signal: AbortSignal): Promise<Piece | null> {
  const response = await fetch(url, { headers: { Range: range }, signal }).catch((error) => {
    if (signal.aborted) throw error;
    throw new ApiError("The server can't be reached. Is it still running?", 0, {}, "");
  });
  if (response.status === 416) return null;
  if (!response.ok) throw await errorOf(response);
  const told = (name: string) => Number(response.headers.get(name) ?? 0);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const size = Number(response.headers.get("content-range")?.split("/")[1] ?? told("log-end"));
  return { attempt: told("log-attempt"), attempts: told("log-attempts"), start: told("log-start"), bytes, size };
}

/** The last lines of a log. */
export async function logTail(runId: string, task: string, lines: number, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(addressOf(runId, task, "", { tail: lines }), { signal });
  if (!response.ok) throw await errorOf(response);
  return new Uint8Array(await response.arrayBuffer());
}
