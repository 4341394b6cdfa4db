/** How many examples each class has: a bar for each, and whether they are far from even. */
import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { percent, short, whole } from "@/format/numbers";
import { Wide } from "@/parts/Wide";
import { type Count, unevenness } from "./classes";
import classes from "./Scalars.module.css";

const FIRST = 20;
const UNEVEN = 5;

export function ClassCounts({ of, counts }: { of: string; counts: readonly Count[] }) {
  const [all, setAll] = useState(false);
  const sum = counts.reduce((so, { count }) => so + count, 0);
  const largest = Math.max(...counts.map(({ count }) => count), 1);
  const shown = all ? counts : counts.slice(0, FIRST);
  const uneven = unevenness(counts);
  return (
    <Stack gap={4}>
      <Text size="sm">
        {whole(sum)} {of} in {whole(counts.length)} {counts.length === 1 ? "class" : "classes"}
      </Text>
      <Wide label={`${of} of each class`}>
        <table className={classes.table} data-bars>
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col" className={classes.right}>
                {of.charAt(0).toUpperCase() + of.slice(1)}
              </th>
              <th scope="col" className={classes.right}>
                Share
              </th>
              <td className={classes.bar} />
            </tr>
          </thead>
          <tbody>
            {shown.map(({ label, count }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td className={classes.right}>{whole(count)}</td>
                <td className={classes.right}>{sum ? percent(count / sum) : "–"}</td>
                <td className={classes.bar}>
                  <span className={classes.track} aria-hidden>
                    <span style={{ width: `${(count / largest) * 100}%` }} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {counts.length > shown.length && (
        <Button size="compact-sm" variant="default" w="fit-content" onClick={() => setAll(true)}>
          Show all {whole(counts.length)} classes
        </Button>
      )}
      {counts.length > 1 && uneven >= UNEVEN && (
        <Text size="sm" className="muted">
          {Number.isFinite(uneven)
            ? `The largest class has ${short(Number(uneven.toPrecision(2)))} times as many as the smallest: rare classes are learned less well, and a high accuracy can hide that.`
            : "Some classes have no examples at all."}
        </Text>
      )}
    </Stack>
  );
}
