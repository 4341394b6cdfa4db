/** A confusion matrix as a heat map, with what it comes to in words. */
import { Group, Stack, Text } from "@mantine/core";
import { memo, useMemo, useState } from "react";
import type { ConfusionMatrix as Matrix } from "@/api/client";
import { percent, whole } from "@/format/numbers";
import { Wide } from "@/parts/Wide";
import { ClassTable } from "./ClassTable";
import classes from "./ConfusionMatrix.module.css";
import { MatrixGrid } from "./MatrixGrid";
import gridClasses from "./MatrixGrid.module.css";
import { MatrixOptions, useMatrixLook } from "./MatrixOptions";
import { mistakes, ordered, told } from "./matrix";
import { Term } from "./Term";
import { useCounted } from "./useCounted";

const MISTAKES = 5;

type Props = {
  matrix: Matrix;
  /** The cell that is open: the places of the true and of the predicted class. */
  cell?: [number, number];
  onCell?: (cell: [number, number]) => void;
  /** What is shown between the matrix and its figures. */
  children?: React.ReactNode;
};

export function ConfusionMatrix({ matrix, cell, onCell, children }: Props) {
  const [look, setLook] = useMatrixLook();
  const [said, setSaid] = useState("");
  const places = useMemo(() => ordered(matrix, look.order), [matrix, look.order]);
  const counted = useCounted(matrix, look.shown);
  return (
    <Stack gap="md">
      <Stack gap="xs">
        <Group gap="sm">
          <MatrixOptions look={look} onLook={setLook} />
        </Group>
        <Text size="sm">
          {matrix.accuracy !== null && (
            <>
              <strong>
                {percent(matrix.accuracy)} of {whole(matrix.total)}
              </strong>{" "}
              right.{" "}
            </>
          )}
          <span className="muted">
            {look.transposed
              ? "Each column is a true class, each row what it was taken for."
              : "Each row is a true class, each column what it was taken for."}{" "}
            Blue is right, orange a mistake; the deeper, the larger its share of the{" "}
            {look.shown === "columns" ? "predicted" : "true"} class.
            {onCell && " Choose a cell to see what is in it."}
          </span>
        </Text>
        <Wide className={gridClasses.scroll} label="Confusion matrix">
          <MatrixGrid
            name="How often each class was taken for which"
            labels={matrix.labels}
            places={places}
            transposed={look.transposed}
            {...counted}
            chosen={cell}
            onCell={onCell}
            onTold={setSaid}
          />
        </Wide>
        <Text size="sm" mih="1.5em">
          {said || (cell ? told(matrix, ...cell) : "")}
        </Text>
      </Stack>
      {children}
      <Mistakes matrix={matrix} onCell={onCell} />
      <ClassTable matrix={matrix} places={places} />
    </Stack>
  );
}

/** What is confused most, in words: in a matrix of many classes it is hard to find. */
const Mistakes = memo(({ matrix, onCell }: Pick<Props, "matrix" | "onCell">) => {
  const found = mistakes(matrix, MISTAKES);
  if (!found.length) return null;
  return (
    <Text component="div" size="sm">
      <Term name="mistakes" text="The cells beside the diagonal that hold the most examples.">
        Most frequent mistakes
      </Term>
      <ul className={classes.mistakes}>
        {found.map(({ truth, predicted, count, share }) => (
          <li key={`${truth},${predicted}`}>
            <button type="button" disabled={!onCell} onClick={() => onCell?.([truth, predicted])}>
              {matrix.labels[truth]} taken for {matrix.labels[predicted]}
            </button>{" "}
            <span className="muted">
              {whole(count)}, {percent(share, 0)} of {matrix.labels[truth]}
            </span>
          </li>
        ))}
      </ul>
    </Text>
  );
});
