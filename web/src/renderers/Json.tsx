/** JSON as a tree whose branches open. */
import { written } from "@/format/numbers";
import classes from "./Views.module.css";

const MOST = 200;

/** What a text of JSON says; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function Json({ value }: { value: unknown }) {
  return (
    <ul className={classes.tree}>
      <Branch value={value} open />
    </ul>
  );
}

function Branch({ name, value, open = false }: { name?: string; value: unknown; open?: boolean }) {
  const label = name === undefined ? null : <b>{name}: </b>;
  if (typeof value !== "object" || value === null)
    return (
      <li>
        {label}
        {JSON.stringify(value)}
      </li>
    );
  const entries = Object.entries(value);
  return (
    <li>
      <details open={open}>
        <summary>
          {label}
          <span className="muted">{Array.isArray(value) ? `[${entries.length}]` : brief(value)}</span>
        </summary>
        <ul className={classes.tree}>
          {entries.slice(0, MOST).map(([key, inner]) => (
            <Branch key={key} name={key} value={inner} />
          ))}
          {entries.length > MOST && <li className="muted">… and {entries.length - MOST} more</li>}
        </ul>
      </details>
    </li>
  );
}

function brief(value: object): string {
  const text = written(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
