import { useCallback, useMemo } from "react";
import type { ConfusionMatrix } from "@/api/client";
import { countTint } from "@/compare/tint";
import { cellText, columnSums, rowSums, type Shown, told } from "./matrix";

/** What the grid of a confusion matrix shows of its counts: the sums, and of each cell the look and the words. */
export function useCounted(matrix: ConfusionMatrix, shown: Shown) {
  const sums = useMemo(
    () => ({ truth: rowSums(matrix.counts), predicted: columnSums(matrix.counts), total: matrix.total }),
    [matrix],
  );
  const look = useCallback(
    (truth: number, predicted: number) => {
      const count = matrix.counts[truth]?.[predicted] ?? null;
      const all = (shown === "columns" ? sums.predicted[predicted] : sums.truth[truth]) || 1;
      return {
        text: cellText(count, shown, all, matrix.labels.length),
        color: countTint((count ?? 0) / all, 1, truth === predicted),
      };
    },
    [matrix, shown, sums],
  );
  const words = useCallback((truth: number, predicted: number) => told(matrix, truth, predicted), [matrix]);
  return { sums, look, words };
}
