/** Checks that metrics make sense, which everybody would make who had the time. Pure. */
import type { ConfusionMatrix } from "@/api/client";
import { percent, short, whole } from "@/format/numbers";
import { words } from "./glossary";
import { columnSums, rowSums } from "./matrix";

/** What was checked: `text` says what was found, `advice` what to do about it where it is not well. */
export type Guard = { ok: true; text: string } | { ok: false; text: string; advice: string };
type Scalars = Record<string, number | boolean | string>;

const CLOSE = 5e-4;
/** Of predictions that are of one class each, these are all the same: what is right, of all. */
const SHARES_OF_RIGHT =
  /^((test|eval|overall) )?accuracy$|^weighted recall$|^recall weighted$|^micro (f1|recall|precision)$/;
const SHARES = /\b(accuracy|f1|precision|recall|auc)\b/;

/** What can be said of a confusion matrix, given the scalars of the same task and how many predictions it wrote. */
export function matrixGuards(matrix: ConfusionMatrix, scalars: Scalars, photos?: number): Guard[] {
  return [...sumGuards(matrix, photos), ...rightGuards(matrix, scalars), ...classGuards(matrix)];
}

function sumGuards({ total }: ConfusionMatrix, photos: number | undefined): Guard[] {
  if (photos === undefined) return [];
  if (photos === total) return [{ ok: true, text: `the matrix holds all ${whole(total)} predictions` }];
  return [
    {
      ok: false,
      text: `The matrix holds ${whole(total)} examples, but there are ${whole(photos)} predictions.`,
      advice:
        "Examples were left out or counted twice. Often a class is missing in the list of labels that the matrix is made with.",
    },
  ];
}

function rightGuards({ accuracy }: ConfusionMatrix, scalars: Scalars): Guard[] {
  if (accuracy === null) return [];
  return Object.entries(scalars).flatMap(([name, value]): Guard[] => {
    if (typeof value !== "number" || !Number.isFinite(value) || !SHARES_OF_RIGHT.test(words(name))) return [];
    if (Math.abs((value > 1 ? value / 100 : value) - accuracy) < CLOSE)
      return [{ ok: true, text: `${name} is what the matrix says` }];
    return [
      {
        ok: false,
        text: `${name} was logged as ${short(value)}, but by the matrix it is ${short(accuracy)}.`,
        advice: `Both are the share of examples on the diagonal, so they must be the same. They were probably measured on different data, or with different models: trust neither before you know.`,
      },
    ];
  });
}

function classGuards({ counts, labels }: ConfusionMatrix): Guard[] {
  const [truth, taken] = [rowSums(counts), columnSums(counts)];
  const lost = labels.flatMap((_, place) => (truth[place] && !taken[place] ? [place] : []));
  const absent = labels.filter((_, place) => !truth[place]);
  const guards: Guard[] = [];
  if (lost.length) {
    const examples = lost.reduce((sum, place) => sum + (truth[place] ?? 0), 0);
    guards.push({
      ok: false,
      text: `Never predicted: ${listed(lost.map((place) => labels[place]!))}, although ${whole(examples)} ${examples === 1 ? "example is" : "examples are"} of ${lost.length === 1 ? "it" : "them"}.`,
      advice: `The model can't recognise ${lost.length === 1 ? "this class" : "these classes"}. Check that ${lost.length === 1 ? "it is" : "they are"} in the training data and in the list of labels, and that there are enough examples.`,
    });
  }
  if (absent.length)
    guards.push({
      ok: false,
      text: `No examples to test with: ${listed(absent)}.`,
      advice: `Nothing is known of how well ${absent.length === 1 ? "this class is" : "these classes are"} recognised. Add examples to the test data.`,
    });
  if (!guards.length) guards.push({ ok: true, text: `all ${labels.length} classes are tested, and predicted` });
  return guards;
}

/** Metrics that are no number, or one that can't be. */
export function scalarGuards(scalars: Scalars): Guard[] {
  const names = Object.keys(scalars);
  const none = names.filter((name) => /^(NaN|-?Infinity)$/.test(String(scalars[name])));
  const impossible = names.filter((name) => {
    const value = scalars[name];
    return typeof value === "number" && SHARES.test(words(name)) && (value < 0 || (value > 1 && !isPercent(value)));
  });
  const guards: Guard[] = [];
  if (none.length)
    guards.push({
      ok: false,
      text: `Not a number: ${listed(none)}.`,
      advice:
        "Something was divided by zero or grew beyond all bounds, in a training often because the learning rate is too large. What was computed from it is worthless.",
    });
  if (impossible.length)
    guards.push({
      ok: false,
      text: `Can't be: ${listed(impossible.map((name) => `${name} ${short(scalars[name])}`))}.`,
      advice: "Such a figure lies between 0 and 1 (or 0 and 100 %). There is a mistake in how it is computed.",
    });
  return guards;
}

/** A share that was logged as so many percent. */
function isPercent(value: number): boolean {
  return value > 2 && value <= 100;
}

export type LossCurve = { x: number[]; y: number[]; missing: number };

/**
 * What can be said of the losses of a training.
 *
 * The validation loss diverges if it ends more than 10 % above its least, which was reached before the last fifth,
 * while the training loss went on falling.
 *
 * @param kept The epoch whose model was kept, where that is known.
 */
export function lossGuards(validation: LossCurve | undefined, training: LossCurve | undefined, kept?: number): Guard[] {
  const guards: Guard[] = [];
  const missing = (validation?.missing ?? 0) + (training?.missing ?? 0);
  if (missing)
    guards.push({
      ok: false,
      text: `The loss is not a number in ${whole(missing)} ${missing === 1 ? "place" : "places"}.`,
      advice:
        "The training has broken down there, most often because the learning rate is too large. Try a tenth of it.",
    });
  const [first, end] = [training?.y[0], training?.y.at(-1)];
  if (training && training.y.length >= 3 && first !== undefined && end !== undefined && end >= first)
    guards.push({
      ok: false,
      text: `The training loss does not fall: it was ${short(first)} at first, and is ${short(end)} at the end.`,
      advice: "The model learns nothing. Try another learning rate, and check that photos and labels belong together.",
    });
  if (!validation || validation.y.length < 5) return guards;
  const least = Math.min(...validation.y);
  const best = validation.y.indexOf(least);
  const last = validation.y.at(-1) ?? least;
  const isFalling = (training?.y.at(-1) ?? 0) < (training?.y[best] ?? 0);
  if (best >= validation.y.length * 0.8 || last <= least * 1.1 || !isFalling)
    return [...guards, { ok: true, text: "the validation loss does not rise" }];
  const at = validation.x[best];
  const more = least > 0 ? percent(last / least - 1, 0) : short(last - least);
  return [
    ...guards,
    {
      ok: false,
      text: `The validation loss rises: it was least at ${short(at)}, and is ${more} above that at the end.`,
      advice:
        kept !== undefined && kept === at
          ? `From there on the model learned its training data by heart. The model of ${short(at)} was kept, so nothing is lost; a shorter training would do.`
          : `From there on the model learned its training data by heart. Keep the model of ${short(at)}, train for a shorter time, or with more data.`,
    },
  ];
}

function listed(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 7).join(", ")} and ${names.length - 7} others` : names.join(", ");
}
