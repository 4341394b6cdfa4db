import type { ReactNode } from "react";
import classes from "./ConfusionMatrix.module.css";

/** The frame of a confusion matrix: rows (`children`) are what was true, columns what was predicted. */
export function MatrixTable(props: {
  columns: readonly string[];
  name?: string;
  caption?: string;
  onMouseLeave?: () => void;
  children: ReactNode;
}) {
  const { columns, name, caption, onMouseLeave, children } = props;
  return (
    <table className={classes.matrix} aria-label={name} onMouseLeave={onMouseLeave}>
      {caption && <caption className={classes.caption}>{caption}</caption>}
      <thead>
        <tr>
          <td />
          {columns.map((label) => (
            <th key={label} scope="col">
              <span className={classes.slanted}>{label}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
