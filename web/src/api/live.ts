/** Live events, as the server tells of them (Server-Sent Events). */
import { useEffect, useRef } from "react";

export type Handlers = Record<string, (data: unknown, id: string) => void>;

/**
 * Listen to a stream while the page is seen.
 *
 * A browser opens six connections to a server at the most, over all its tabs. So a tab that is hidden gives its own
 * back, and goes on behind the last event that it got once it is seen again: it misses nothing.
 *
 * @param url The stream; null for none.
 * @param handlers What to do, by the event's name. After `end` the stream is not opened again.
 * @param after The id of the last event that is known already.
 * @param onLive Told whether the connection stands.
 */
export function useStream(
  url: string | null,
  handlers: Handlers,
  after?: string | number,
  onLive?: (live: boolean) => void,
) {
  const latest = useRef({ handlers, onLive });
  latest.current = { handlers, onLive };
  const first = useRef(after);
  first.current = after;

  useEffect(() => {
    if (url === null) return;
    let source: EventSource | null = null;
    let seen = first.current === undefined ? "" : String(first.current);
    let ended = false;

    const close = () => {
      source?.close();
      source = null;
    };
    const open = () => {
      if (source || ended) return;
      const address = new URL(url, window.location.origin);
      if (seen) address.searchParams.set("after", seen);
      source = new EventSource(address);
      source.onopen = () => latest.current.onLive?.(true);
      source.onerror = () => latest.current.onLive?.(false);
      for (const name of new Set([...Object.keys(latest.current.handlers), "end"]))
        source.addEventListener(name, (event) => {
          const message = event as MessageEvent<string>;
          if (message.lastEventId) seen = message.lastEventId;
          if (name === "end") {
            ended = true;
            close();
          }
          latest.current.handlers[name]?.(JSON.parse(message.data), message.lastEventId);
        });
    };
    const turn = () => (document.hidden ? close() : open());
    turn();
    document.addEventListener("visibilitychange", turn);
    return () => {
      document.removeEventListener("visibilitychange", turn);
      close();
    };
  }, [url]);
}

/** A function that runs `work` at once, and then at the most every `pause` milliseconds; the last call is never lost. */
export function throttled(work: () => void, pause: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const run = () => {
    timer = setTimeout(() => {
      timer = undefined;
      if (again) {
        again = false;
        run();
      }
    }, pause);
    work();
  };
  return () => {
    if (timer === undefined) run();
    else again = true;
  };
}
