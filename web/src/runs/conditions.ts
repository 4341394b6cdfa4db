/** Conditions on metrics, as the server reads them: `metric:TASK/ARTIFACT/KEY>=0.8`. Pure. */

export const SIGNS = [">=", "<=", ">", "<", "=", "!="] as const;
export type Sign = (typeof SIGNS)[number];

export const condition = (metric: string, sign: Sign, value: number) => `metric:${metric}${sign}${value}`;

/** As a person reads it; what is none stays as it is. */
export function conditionText(written: string): string {
  const found = /^metric:(.+?)(<=|>=|!=|<|>|=)(.+)$/.exec(written);
  if (!found) return written;
  const [, name = "", sign = "", value = ""] = found;
  const spoken = { "<=": "≤", ">=": "≥", "!=": "≠" }[sign] ?? sign;
  return `${name.slice(name.lastIndexOf("/") + 1)} ${spoken} ${value}`;
}
