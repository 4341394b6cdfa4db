/** Reading what an address says after `?`: what is no such value is left out. Pure. */

export type Given = Record<string, unknown>;

export function textIn(given: Given, name: string): string | undefined {
  const value = given[name];
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value ? value : undefined;
}

export function oneOf<const T extends string>(given: Given, name: string, words: readonly T[]): T | undefined {
  return words.find((word) => word === given[name]);
}

/** A list, written with commas. */
export function listIn(given: Given, name: string): string[] {
  return (textIn(given, name) ?? "").split(",").filter(Boolean);
}

export function flagIn(given: Given, name: string): boolean | undefined {
  const value = given[name];
  return value === true || value === "true" || value === 1 ? true : undefined;
}
