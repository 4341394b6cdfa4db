/** Conditions on metrics and parameters, as the server reads them: `metric:TASK/ARTIFACT/KEY>=0.8`. Pure. */

export const SIGNS = [">=", "<=", ">", "<", "=", "!="] as const;
/** A text may also be asked whether it holds another. */
export const SIGNS_OF_TEXT = ["=", "!=", "~", ">=", "<=", ">", "<"] as const;
export type Sign = (typeof SIGNS_OF_TEXT)[number];

const SPOKEN: Partial<Record<string, string>> = { "<=": "≤", ">=": "≥", "!=": "≠", "~": "holds" };

/** What a sign says to a person. */
export const signWord = (sign: string) => SPOKEN[sign] ?? sign;

/** @param field `metric:TASK/ARTIFACT/KEY` or `param:NAME`. */
export const condition = (field: string, sign: Sign, value: string | number) => `${field}${sign}${value}`;

/** As a person reads it; what is none stays as it is. */
export function conditionText(written: string): string {
  const found = /^(metric|param):(.+?)(<=|>=|!=|<|>|=|~)(.*)$/s.exec(written);
  if (!found) return written;
  const [, kind = "", name = "", sign = "", value = ""] = found;
  const shown = kind === "metric" ? name.slice(name.lastIndexOf("/") + 1) : name;
  return `${shown} ${signWord(sign)} ${value || '""'}`;
}
