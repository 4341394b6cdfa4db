/** The plain values of a `Metrics` artifact: a table, and a bar for what lies between 0 and 1. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { short } from "@/format/numbers";
import { Wide } from "@/parts/Wide";
import { isShare } from "./glossary";
import { type Range, withRanges } from "./ranges";
import classes from "./Scalars.module.css";
import { Term } from "./Term";

type Value = number | boolean | string;

const FIRST = 20;

export function Scalars({ scalars, name }: { scalars: Record<string, Value>; name: string }) {
  const [open, setOpen] = useState(false);
  const all = withRanges(Object.keys(scalars)).map(({ name: metric, range }) => ({
    name: metric,
    value: scalars[metric]!,
    range: range && { low: scalars[range.low]!, high: scalars[range.high]! },
  }));
  const rows = open ? all : all.slice(0, FIRST);
  const bars = all.some(({ name, value }) => isShare(name, value));
  const ranges = all.some(({ range }) => range);
  return (
    <Wide label={`Metrics in ${name}`}>
      <table className={classes.table} data-bars={bars || undefined}>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" className={classes.right}>
              Value
            </th>
            {ranges && (
              <th scope="col" className={classes.right}>
                <Term
                  name="Range"
                  text="Where the true figure probably lies: with other examples of the same kind, it might have come out anywhere in it. Few examples make it wide."
                />
              </th>
            )}
            {bars && <td className={classes.bar} />}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, value, range }) => (
            <tr key={name}>
              <th scope="row">
                <Term name={name} />
              </th>
              <td className={classes.right} title={String(value)}>
                {short(value)}
              </td>
              {ranges && <td className={classes.right}>{range && `${short(range.low)} – ${short(range.high)}`}</td>}
              {bars && (
                <td className={classes.bar}>{isShare(name, value) && <Bar value={Number(value)} range={range} />}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > rows.length && (
        <Button mt="xs" size="compact-sm" variant="default" onClick={() => setOpen(true)}>
          Show all {all.length}
        </Button>
      )}
    </Wide>
  );
}

function Bar({ value, range }: { value: number; range?: Range<Value> }) {
  const [low, high] = [Number(range?.low), Number(range?.high)];
  return (
    <span className={classes.track} aria-hidden>
      <span style={{ width: `${value * 100}%` }} />
      {range && <i style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }} />}
    </span>
  );
}
