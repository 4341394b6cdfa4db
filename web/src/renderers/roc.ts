/** What a ROC curve comes to. Pure. */

/** The area under it, by trapezoids over its points in the order of their false positives. */
export function area(points: { fpr: number; tpr: number }[]): number {
  const sorted = [...points].sort((a, b) => a.fpr - b.fpr || a.tpr - b.tpr);
  let sum = 0;
  for (let place = 1; place < sorted.length; place++) {
    const [from, to] = [sorted[place - 1]!, sorted[place]!];
    sum += ((to.fpr - from.fpr) * (from.tpr + to.tpr)) / 2;
  }
  return sum;
}
