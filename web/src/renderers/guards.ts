/** Checks that metrics make sense, which everybody would make who had the time. Pure. */
import type { ConfusionMatrix } from "@/api/client";

export type Guard = { ok: boolean; text: string };
type Scalars = Record<string, number | boolean | string>;

/** What can be said of a confusion matrix, given the scalars of the same task. */
export function matrixGuards(matrix: ConfusionMatrix, scalars: Scalars, photos?: number): Guard[] {
  const guards: Guard[] = [];
  const { counts, labels, total, accuracy } = matrix;
  if (photos !== undefined)
    guards.push(
      photos === total
        ? { ok: true, text: `the matrix sums to all ${total} predictions` }
        : { ok: false, text: `the matrix sums to ${total}, but there are ${photos} predictions` },
    );
  const logged = numberNamed(scalars, /^accuracy$/i);
  if (logged !== undefined && accuracy !== null) {
    const share = logged > 1 ? logged / 100 : logged;
    guards.push(
      Math.abs(share - accuracy) < 5e-4
        ? { ok: true, text: "the logged accuracy is the diagonal's share" }
        : { ok: false, text: `the logged accuracy ${logged} is not the diagonal's share ${accuracy}` },
    );
  }
  const sums = labels.map((_, place) => ({
    truth: sum(counts[place] ?? []),
    taken: sum(counts.map((row) => row[place] ?? 0)),
  }));
  const never = labels.filter((_, place) => sums[place]?.truth && !sums[place]?.taken);
  const absent = labels.filter((_, place) => !sums[place]?.truth);
  if (never.length) guards.push({ ok: false, text: `never predicted: ${never.join(", ")}` });
  if (absent.length) guards.push({ ok: false, text: `no examples of: ${absent.join(", ")}` });
  if (!never.length && !absent.length) guards.push({ ok: true, text: `all ${labels.length} classes are there` });
  return guards;
}

/** Metrics that are no number. */
export function scalarGuards(scalars: Scalars): Guard[] {
  const bad = Object.keys(scalars).filter((name) => /^(NaN|-?Infinity)$/.test(String(scalars[name])));
  return bad.length ? [{ ok: false, text: `not a number: ${bad.join(", ")}` }] : [];
}

/**
 * Whether the validation loss went up for good after its best, while the training loss went on falling.
 *
 * It did if it ends more than 10 % above its least, which was reached before the last fifth.
 */
export function divergence(validation: number[], training: number[]): Guard | null {
  if (validation.length < 5) return null;
  const least = Math.min(...validation);
  const best = validation.indexOf(least);
  const last = validation.at(-1) ?? least;
  const falling = training.length > best && (training.at(-1) ?? 0) < (training[best] ?? 0);
  if (best < validation.length * 0.8 && last > least * 1.1 && falling)
    return {
      ok: false,
      text: `the validation loss diverges: least at ${best + 1}, ${percentUp(last, least)} above it at the end`,
    };
  return { ok: true, text: "the validation loss does not diverge" };
}

function numberNamed(scalars: Scalars, name: RegExp): number | undefined {
  const found = Object.entries(scalars).find(([key, value]) => name.test(key) && typeof value === "number");
  return found?.[1] as number | undefined;
}

function sum(values: (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function percentUp(last: number, least: number): string {
  return least > 0 ? `${Math.round((last / least - 1) * 100)} %` : String(last - least);
}
