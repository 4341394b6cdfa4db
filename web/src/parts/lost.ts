/** Parts of the app that the browser could not load: the server is gone, or was upgraded and has others now. */

const lost = new WeakSet<Error>();

window.addEventListener("vite:preloadError", ({ payload }) => lost.add(payload));

/** Whether an error is that a part could not be loaded. */
export function isLost(error: unknown): boolean {
  return error instanceof Error && lost.has(error);
}

/** Load the page anew, with all its parts, if the server is there: without it the browser's own page would come. */
export async function loadAnew() {
  const answer = await fetch("/favicon.svg", { cache: "no-store" }).catch(() => null);
  if (answer?.ok) window.location.reload();
}
