import type { RunHead } from "@/api/client";
import classes from "./Compare.module.css";
import { Mark } from "./marks";

/** The head of a table with a column for each run. */
export function Heads({ first, runs, numbers = false }: { first: string; runs: RunHead[]; numbers?: boolean }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {runs.map((run, place) => (
          <th key={run.id} scope="col" className={numbers ? classes.number : undefined} title={run.name}>
            <Mark place={place} />
            {place === 0 && <span className="muted"> base</span>}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** How many rows are left out because they are the same everywhere. */
export function Hidden({ count }: { count: number }) {
  if (!count) return null;
  return <p className={`muted ${classes.plain}`}>{count === 1 ? "1 identical hidden" : `${count} identical hidden`}</p>;
}
