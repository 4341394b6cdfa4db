/** What `Metrics`, `ClassificationMetrics` and `SlicedClassificationMetrics` hold. */
import { NativeSelect, Stack } from "@mantine/core";
import { useState } from "react";
import type { ConfusionMatrix as Matrix, MetricsPreview } from "@/api/client";
import { Empty } from "@/parts/Empty";
import { CellPhotos } from "./CellPhotos";
import { ConfusionMatrix } from "./ConfusionMatrix";
import { Guards } from "./Guards";
import { matrixGuards, scalarGuards } from "./guards";
import { Roc } from "./Roc";
import { Scalars } from "./Scalars";
import { NO_SIBLINGS, type Siblings } from "./useSiblings";

export type CellChoice = {
  /** The open cell of the confusion matrix, as the address has it: `TRUE,PREDICTED`. */
  cell?: string;
  onCell?: (cell: string | undefined) => void;
};

export function MetricsView({
  name,
  found,
  siblings,
  cell,
  onCell,
}: { name: string; found: MetricsPreview; siblings: Siblings } & CellChoice) {
  const [slice, setSlice] = useState(0);
  const chosen = found.slices[slice];
  const matrix = found.confusion_matrix ?? chosen?.confusion_matrix ?? null;
  // What the task counted besides is of all the data, not of a slice.
  const others = matrix === found.confusion_matrix ? siblings : NO_SIBLINGS;
  const roc = found.roc.length ? found.roc : (chosen?.roc ?? []);
  const scalars = Object.keys(found.scalars).length > 0;
  if (!matrix && !roc.length && !scalars) return <Empty title="No metrics were logged" />;
  return (
    <Stack gap="md">
      {found.slices.length > 0 && (
        <NativeSelect
          label="Part of the data"
          maw={320}
          value={slice}
          onChange={(event) => setSlice(Number(event.currentTarget.value))}
          data={found.slices.map((each, place) => ({ value: String(place), label: each.name || `part ${place + 1}` }))}
        />
      )}
      {matrix && <MatrixView matrix={matrix} siblings={others} cell={cell} onCell={onCell} />}
      {roc.length > 0 && <Roc points={roc} />}
      {scalars && <Guards guards={scalarGuards(found.scalars)} />}
      {scalars && <Scalars scalars={found.scalars} name={name} />}
    </Stack>
  );
}

function MatrixView({ matrix, siblings, cell, onCell }: { matrix: Matrix; siblings: Siblings } & CellChoice) {
  const open = placesOf(cell, matrix.labels.length);
  return (
    <Stack gap="md">
      <Guards guards={matrixGuards(matrix, siblings.scalars, siblings.predictions?.photos)} />
      <ConfusionMatrix
        matrix={matrix}
        cell={open}
        onCell={onCell && ((chosen) => onCell(String(chosen) === cell ? undefined : chosen.join(",")))}
      >
        {open && (
          <CellPhotos
            predictions={siblings.predictions?.id ?? null}
            truth={matrix.labels[open[0]] ?? ""}
            predicted={matrix.labels[open[1]] ?? ""}
            close={() => onCell?.(undefined)}
          />
        )}
      </ConfusionMatrix>
    </Stack>
  );
}

function placesOf(cell: string | undefined, size: number): [number, number] | undefined {
  const [row, column] = (cell ?? "").split(",").map(Number);
  const fits = (place: number | undefined): place is number => Number.isInteger(place) && place! >= 0 && place! < size;
  return fits(row) && fits(column) ? [row, column] : undefined;
}
