/** The server's API, typed by its own description. */
import createClient from "openapi-fetch";
import type { paths } from "./schema";

export type * from "./schema";

/** What the server said was wrong, in its words. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** What is wrong with each field of a form, by its name. */
    readonly fields: Record<string, string>,
    /** By which the server's log has the request. */
    readonly requestId: string,
  ) {
    super(message);
  }
}

const client = createClient<paths>({ baseUrl: window.location.origin });

client.use({
  async onResponse({ response }) {
    if (response.ok || response.status === 304) return;
    throw await errorOf(response);
  },
  onError({ error }) {
    if (error instanceof ApiError || (error as Error)?.name === "AbortError") return;
    return new ApiError("The server can't be reached. Is it still running?", 0, {}, "");
  },
});

/** Make an error of an answer that is none; a session that has ended goes to the login page. */
export async function errorOf(response: Response): Promise<ApiError> {
  if (response.status === 401) {
    const here = window.location.pathname + window.location.search;
    window.location.assign(`/login?next=${encodeURIComponent(here)}`);
  }
  const body = await response.json().catch(() => ({}));
  const fields: Record<string, string> = {};
  for (const detail of body.details ?? [])
    for (const found of detail.fieldViolations ?? detail.field_violations ?? [])
      fields[found.field] = found.description;
  const requestId = response.headers.get("x-request-id") ?? "";
  const message = body.message ?? body.error_message ?? `The server answered ${response.status}.`;
  return new ApiError(message, response.status, fields, requestId);
}

type Answer<T> = { data?: T };

/** The body of an answer; what is no success was thrown. */
export async function body<T>(answer: Promise<Answer<T>>): Promise<T> {
  return (await answer).data as T;
}

export const api = client;
