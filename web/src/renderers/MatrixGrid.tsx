/** The cells of a confusion matrix, to be gone through with the mouse or the arrow keys. */
import { type CSSProperties, type KeyboardEvent, memo, type SyntheticEvent, useRef, useState } from "react";
import classes from "./MatrixGrid.module.css";
import { countText, density, moved } from "./matrix";

type Cell = [truth: number, predicted: number];
type Look = { text: string; color?: string };

export type MatrixGridProps = {
  name: string;
  labels: readonly string[];
  /** The classes in the order that they are shown in. */
  places: readonly number[];
  /** Whether the true classes are the columns; else they are the rows. */
  transposed: boolean;
  look: (truth: number, predicted: number) => Look;
  words: (truth: number, predicted: number) => string;
  /** How many examples each class has, and how often it was predicted. */
  sums?: { truth: readonly number[]; predicted: readonly number[]; total: number };
  chosen?: Cell;
  onCell?: (cell: Cell) => void;
  /** Told what the cell says that is pointed at; nothing once none is. */
  onTold?: (words: string) => void;
};

export function MatrixGrid(props: MatrixGridProps) {
  const { name, labels, places, transposed, look, words, sums, chosen, onCell, onTold } = props;
  const table = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<[number, number]>([0, 0]);
  const size = places.length;
  const here: [number, number] = [Math.min(at[0], size - 1), Math.min(at[1], size - 1)];
  const cellAt = ([row, column]: [number, number]): Cell =>
    transposed ? [places[column]!, places[row]!] : [places[row]!, places[column]!];
  const tell = (event: SyntheticEvent) => {
    const found = positionOf(event);
    if (found) onTold?.(words(...cellAt(found)));
    return found;
  };
  const key = (event: KeyboardEvent) => {
    const found = positionOf(event);
    if (!found) return;
    const next = moved(event.key, found, size);
    if (next) {
      event.preventDefault();
      table.current?.querySelector<HTMLElement>(`[data-at="${next}"]`)?.focus();
    } else if (onCell && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      onCell(cellAt(found));
    }
  };
  const [rows, columns] = transposed ? [sums?.predicted, sums?.truth] : [sums?.truth, sums?.predicted];
  return (
    <table
      ref={table}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: it is a grid, as its cells are reached by keys
      role="grid"
      aria-label={name}
      className={classes.grid}
      data-density={density(size)}
      data-open={onCell ? true : undefined}
      onKeyDown={key}
      onFocus={(event) => {
        const found = tell(event);
        if (found) setAt(found);
      }}
      onMouseOver={tell}
      onMouseLeave={() => onTold?.("")}
      onClick={(event) => {
        const found = positionOf(event);
        if (found) onCell?.(cellAt(found));
      }}
    >
      <thead>
        <tr>
          <td className={classes.corner}>{transposed ? "predicted ↓ true →" : "true ↓ predicted →"}</td>
          {places.map((place) => (
            <th key={place} scope="col">
              <span className={classes.upright}>{labels[place]}</span>
            </th>
          ))}
          {sums && (
            <th scope="col">
              <span className={classes.upright}>total</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {places.map((place, row) => (
          <Row
            key={place}
            {...{ row, place, places, transposed, look, words }}
            label={labels[place] ?? ""}
            here={here[0] === row ? here[1] : undefined}
            chosen={chosen && chosen[transposed ? 1 : 0] === place ? chosen[transposed ? 0 : 1] : undefined}
            sum={rows?.[place]}
          />
        ))}
        {sums && (
          <tr>
            <th scope="row">total</th>
            {places.map((place) => (
              <td key={place} className={classes.sum}>
                {countText(columns?.[place] ?? 0, size)}
              </td>
            ))}
            <td className={classes.sum}>{countText(sums.total, size)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

type RowProps = Pick<MatrixGridProps, "places" | "transposed" | "look" | "words"> & {
  row: number;
  place: number;
  label: string;
  here: number | undefined;
  chosen: number | undefined;
  sum: number | undefined;
};

const Row = memo(function Row(props: RowProps) {
  const { row, place, label, places, transposed, look, words, here, chosen, sum } = props;
  return (
    <tr>
      <th scope="row" title={label}>
        {label}
      </th>
      {places.map((other, column) => {
        const cell: Cell = transposed ? [other, place] : [place, other];
        const { text, color } = look(...cell);
        const said = words(...cell);
        return (
          <td
            key={other}
            // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: what a grid's cells are
            role="gridcell"
            data-at={`${row},${column}`}
            data-right={place === other || undefined}
            tabIndex={here === column ? 0 : -1}
            aria-label={said.includes(text) ? said : `${text}, ${said}`}
            aria-selected={chosen === other}
            title={said}
            style={color ? ({ "--tint": color } as CSSProperties) : undefined}
          >
            {text}
          </td>
        );
      })}
      {sum !== undefined && <td className={classes.sum}>{countText(sum, places.length)}</td>}
    </tr>
  );
});

function positionOf(event: SyntheticEvent): [number, number] | undefined {
  const found = (event.target as Element).closest<HTMLElement>("[data-at]")?.dataset.at?.split(",").map(Number);
  return found as [number, number] | undefined;
}
