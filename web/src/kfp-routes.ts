/** The addresses of KFP's own UI, which its SDK prints and people have in their notes. Pure. */

const ROUTES: [RegExp, (id: string, more: string) => string][] = [
  [/^#\/runs\/details\/([^/?]+)/, (id) => `/runs/${id}`],
  [/^#\/runs$/, () => "/runs"],
  [/^#\/experiments\/details\/([^/?]+)/, (id) => `/experiments/${id}`],
  [/^#\/experiments$/, () => "/experiments"],
  [/^#\/pipelines\/details\/([^/?]+)\/version\/([^/?]+)/, (id, version) => `/pipelines/${id}?version=${version}`],
  [/^#\/pipelines\/details\/([^/?]+)/, (id) => `/pipelines/${id}`],
  [/^#\/pipelines$/, () => "/pipelines"],
  [/^#\/recurringruns?\/details\/([^/?]+)/, (id) => `/recurring-runs/${id}`],
  [/^#\/recurringruns$/, () => "/recurring-runs"],
  [/^#\/compare\?runlist=([^&]+)/, (ids) => `/compare?runs=${ids}`],
];

/** The path of the screen that an address after `#` means; null where it is none of KFP's. */
export function pathOf(hash: string): string | null {
  for (const [route, path] of ROUTES) {
    const found = route.exec(hash);
    if (found) return path(found[1] ?? "", found[2] ?? "");
  }
  return null;
}
