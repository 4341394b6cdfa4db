/** The plain values of a `Metrics` artifact: a table, and a bar for what lies between 0 and 1. */
import { short } from "@/format/numbers";
import classes from "./Scalars.module.css";

export function Scalars({ scalars }: { scalars: Record<string, number | boolean | string> }) {
  const rows = Object.entries(scalars);
  const bars = rows.some(([, value]) => isShare(value));
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" className={classes.right}>
              Value
            </th>
            {bars && <td className={classes.bar} />}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className={classes.right} title={String(value)}>
                {short(value)}
              </td>
              {bars && (
                <td className={classes.bar}>
                  {isShare(value) && <span style={{ width: `${Number(value) * 100}%` }} aria-hidden />}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function isShare(value: unknown): boolean {
  return typeof value === "number" && !Number.isInteger(value) && value > 0 && value < 1;
}
