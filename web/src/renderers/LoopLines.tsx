import { Stack, Title } from "@mantine/core";
import { useMemo } from "react";
import type { Loop } from "@/api/client";
import { Chart } from "@/charts/Chart";
import { axis } from "@/compare/axes";
import { parallel } from "@/compare/parallel-option";
import { itemOf, purpose, type Table } from "./turns";

const BEST = "#2b9a66";
const OTHERS = "#8494a8";
/** Beyond these a chart is a ball of wool. */
const MOST_LINES = 300;
const MOST_METRICS = 5;

/** The turns as lines over what they are for and what they measured. */
export function LoopLines({ loop, table }: { loop: Loop; table: Table }) {
  const option = useMemo(() => {
    const turns = loop.turns.filter((turn) => turn.cells.some((cell) => typeof cell === "number"));
    if (turns.length > MOST_LINES) return undefined;
    const axes = [
      ...table.items.map((item) =>
        axis(
          item.label,
          turns.map((turn) => itemOf(turn, item)),
        ),
      ),
      ...table.metrics
        .filter(({ better }) => better !== "neither")
        .slice(0, MOST_METRICS)
        .reverse()
        .map((column) =>
          axis(
            column.label,
            turns.map((turn) => turn.cells[column.place]),
          ),
        ),
    ].filter((each) => new Set(each.values).size > 1);
    const lines = turns.map((turn) => ({
      name: purpose(turn, table.items),
      color: table.key?.best.has(turn.path) ? BEST : OTHERS,
    }));
    return parallel(axes, lines, false);
  }, [loop, table]);
  if (!option) return null;
  return (
    <Stack gap={4}>
      <Title order={3} size="h6">
        How the settings and the metrics go together{" "}
        <span className="muted">a line for each turn, the best in green</span>
      </Title>
      <div className="card">
        <Chart option={option} height={300} label="Each turn as a line over what it is for and what it measured" />
      </div>
    </Stack>
  );
}
