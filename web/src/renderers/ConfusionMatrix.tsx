/** A confusion matrix as a heat map: rows are what was true, columns what was predicted. */
import { Group, NativeSelect, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { ConfusionMatrix as Matrix } from "@/api/client";
import { percent, short, whole } from "@/format/numbers";
import classes from "./ConfusionMatrix.module.css";
import { MatrixTable } from "./MatrixTable";
import { classFigures, columnSums, type Order, ordered, rowSums, type Shown, told } from "./matrix";

export function ConfusionMatrix(props: {
  matrix: Matrix;
  /** The cell that is open: the places of the true and of the predicted class. */
  cell?: [number, number];
  onCell?: (cell: [number, number]) => void;
}) {
  const { matrix, cell, onCell } = props;
  const [shown, setShown] = useState<Shown>("counts");
  const [order, setOrder] = useState<Order>("given");
  const [told_, setTold] = useState("");
  const places = ordered(matrix, order);
  return (
    <Stack gap="xs">
      <Group gap="sm" align="end">
        <SegmentedControl
          size="xs"
          aria-label="What the cells show"
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          data={[
            { value: "counts", label: "Counts" },
            { value: "rows", label: "% of true" },
            { value: "columns", label: "% of predicted" },
          ]}
        />
        <NativeSelect
          size="xs"
          aria-label="Order of the classes"
          value={order}
          onChange={(event) => setOrder(event.currentTarget.value as Order)}
          data={[
            { value: "given", label: "As logged" },
            { value: "name", label: "By name" },
            { value: "confusion", label: "Most confused first" },
          ]}
        />
        {matrix.accuracy !== null && (
          <Text size="sm">
            {percent(matrix.accuracy)} of {whole(matrix.total)} right
          </Text>
        )}
      </Group>
      <div className={classes.scroll}>
        <MatrixTable
          columns={[...places.map((place) => matrix.labels[place] ?? ""), "total"]}
          caption="Rows: true class. Columns: predicted class."
          onMouseLeave={() => setTold("")}
        >
          <Rows {...{ matrix, places, shown, cell, onCell, setTold }} />
        </MatrixTable>
      </div>
      <Text size="sm" className="muted" mih="1.4em" aria-live="polite">
        {told_ || (cell ? told(matrix, ...cell) : "")}
      </Text>
    </Stack>
  );
}

function Rows(props: {
  matrix: Matrix;
  places: number[];
  shown: Shown;
  cell?: [number, number];
  onCell?: (cell: [number, number]) => void;
  setTold: (words: string) => void;
}) {
  const { matrix, places, shown, cell, onCell, setTold } = props;
  const rows = rowSums(matrix.counts);
  const columns = columnSums(matrix.counts);
  return (
    <>
      {places.map((row) => (
        <tr key={row}>
          <th scope="row">{matrix.labels[row]}</th>
          {places.map((column) => {
            const count = matrix.counts[row]?.[column] ?? 0;
            const words = told(matrix, row, column);
            const tint = rows[row] ? count / rows[row] : 0;
            return (
              <td
                key={column}
                data-right={row === column || undefined}
                style={{ "--tint": tint } as React.CSSProperties}
              >
                <button
                  type="button"
                  title={words}
                  aria-label={words}
                  aria-pressed={cell?.[0] === row && cell[1] === column}
                  disabled={!onCell}
                  onClick={() => onCell?.([row, column])}
                  onMouseEnter={() => setTold(words)}
                  onFocus={() => setTold(words)}
                >
                  {value(count, shown, rows[row] ?? 0, columns[column] ?? 0)}
                </button>
              </td>
            );
          })}
          <td className={classes.sum}>{whole(rows[row] ?? 0)}</td>
        </tr>
      ))}
      <tr>
        <th scope="row">total</th>
        {places.map((place) => (
          <td key={place} className={classes.sum}>
            {whole(columns[place] ?? 0)}
          </td>
        ))}
        <td className={classes.sum}>{whole(matrix.total)}</td>
      </tr>
    </>
  );
}

function value(count: number, shown: Shown, row: number, column: number): string {
  if (shown === "counts") return count ? short(count) : "·";
  const all = shown === "rows" ? row : column;
  return all && count ? `${Math.round((count / all) * 100)}` : "·";
}

/** Precision, recall and F1 of each class. */
export function ClassTable({ matrix }: { matrix: Matrix }) {
  const figures = classFigures(matrix);
  return (
    <Stack gap={4}>
      <Title order={4} size="h6">
        By class
      </Title>
      <div className={classes.scroll}>
        <table className={classes.figures}>
          <thead>
            <tr>
              <th scope="col">Class</th>
              {["Precision", "Recall", "F1", "True"].map((name) => (
                <th key={name} scope="col" className={classes.right}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {figures.map((each) => (
              <tr key={each.label}>
                <th scope="row">{each.label}</th>
                {[each.precision, each.recall, each.f1].map((figure, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: there are always these three
                  <td key={place} className={classes.right} title={figure === null ? undefined : String(figure)}>
                    {figure === null ? "–" : figure.toFixed(3)}
                  </td>
                ))}
                <td className={classes.right}>{whole(each.support)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Stack>
  );
}
