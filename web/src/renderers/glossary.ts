/** What the words of metrics mean, for somebody who is no expert. Pure. */

const F1 = "Precision and recall in one number, from 0 to 1: it is high only if both are.";
const LOSS = "How far the predictions are from the truth, as training measures it. Lower is better; 0 is perfect.";

/** By the words of a metric's name, joined by spaces; the first that fits counts. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/\b(low|high)$/, "One end of the range in which the true figure probably lies; few examples make it wide."],
  [
    /\bcalibration error\b|\bece\b/,
    "How far the model's certainty is from how often it is right. 0 means: of the photos that it is 80 % sure of, it gets 80 % right.",
  ],
  [/\bweighted f1\b/, `${F1} This is the mean over all classes, in which a class counts by how many examples it has.`],
  [/\bmacro f1\b/, `${F1} This is the mean over all classes, in which each counts the same, however rare it is.`],
  [/\bf1\b/, F1],
  [
    /\bprecision\b/,
    "Of all that was taken for a class, the share that really is of it. When it is low, the model raises false alarms.",
  ],
  [
    /\brecall\b|\bsensitivity\b/,
    "Of all that really is of a class, the share that was found. When it is low, much is missed.",
  ],
  [/\bsupport\b/, "How many examples of the class were tested. The fewer there are, the less its figures say."],
  [
    /\b(roc )?auc\b|\barea under\b/,
    "How well two classes are told apart: 1 is perfect, 0.5 is no better than guessing.",
  ],
  [
    /\broc\b/,
    "Each point is one threshold: how much of what is sought is found (up), and how many false alarms that costs (to the right). A good curve runs close to the upper left corner; the dashed line is guessing.",
  ],
  [/\baccuracy\b|\bacc\b/, "The share of all examples that were recognised correctly: 1 is all, 0 is none."],
  [/\blog loss\b|\bcross entropy\b/, "Punishes predictions that are wrong and sure of themselves. Lower is better."],
  [/\bperplexity\b/, "Between how many words the model wavers, so to speak. Lower is better; 1 is perfect."],
  [/\bloss\b/, LOSS],
  [
    /\brmse\b|\broot mean squared\b/,
    "The usual size of an error, in the unit of what is predicted; large errors count more. Lower is better.",
  ],
  [
    /\bmse\b|\bmean squared\b/,
    "The mean of the squared errors: large errors count much more than small ones. Lower is better.",
  ],
  [/\bmae\b|\bmean absolute error\b/, "The mean size of an error, in the unit of what is predicted. Lower is better."],
  [/\bmape\b/, "The mean size of an error as a share of the true value. Lower is better."],
  [/\br 2\b|\br2\b/, "The share of the ups and downs that the model explains: 1 is all of it, 0 is none."],
  [
    /\blearning rate\b|\blr\b/,
    "The size of a step of training. Too large, and training jumps about; too small, and it takes long.",
  ],
  [
    /\bbest epoch\b/,
    "The pass over the data after which the model was best on what it had not learned from; that model is kept.",
  ],
  [/\bepochs?\b/, "One pass of training over all the data."],
  [/\bthreshold\b/, "How sure the model must be before it says yes."],
  [
    /\bconfusion matrix\b/,
    "How often each class was taken for which. What lies on the diagonal is right, everything else is a mistake.",
  ],
];

const PARTS: readonly (readonly [RegExp, string])[] = [
  [
    /^(val|validation|valid|dev|last val|last validation)\b/,
    "Measured on the validation data, which the model does not learn from.",
  ],
  [
    /^(train|training|last train)\b/,
    "Measured on the data that the model learned from, so it looks better than it is.",
  ],
  [/^test\b/, "Measured on the test data, which nothing was chosen by."],
];

/** The words of a name: `val loss` of `val_loss` and of `valLoss`. */
export function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join(" ");
}

/** What a metric of this name means; undefined where that is not known. */
export function meaning(name: string): string | undefined {
  const said = words(name);
  const found = MEANINGS.find(([known]) => known.test(said))?.[1];
  if (!found) return undefined;
  const part = PARTS.find(([known]) => known.test(said))?.[1];
  return part ? `${found} ${part}` : found;
}

const SHARES =
  /\b(accuracy|acc|f1|precision|recall|sensitivity|specificity|auc|ratio|share|dice|iou|jaccard|ndcg|mrr|r2|bleu|rouge)\b/;

/** Whether a metric of this name is a share, from 0 to 1. */
export function isShareName(name: string): boolean {
  return SHARES.test(words(name));
}

/** Whether that is one: it can be drawn as a part of a whole. */
export function isShare(name: string, value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1 && isShareName(name);
}
