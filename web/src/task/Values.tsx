/** Parameters and artifacts of a task, as tables. */
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { TaskArtifact } from "@/api/client";
import { bytes, short, whole, written } from "@/format/numbers";
import { typeWord } from "@/graph/facts";
import { Copy, Digest } from "@/parts/Copy";
import classes from "./Task.module.css";

/** Characters of a value that are shown at once. */
const LONG = 2000;

export function Values({ values, what }: { values: Record<string, unknown>; what: string }) {
  return (
    <table className={classes.table} aria-label={what}>
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          <th scope="col">Value</th>
          <th scope="col" className={classes.tight}>
            <span className="muted">Copy</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(values).map(([name, value]) => (
          <tr key={name}>
            <th scope="row" className="mono">
              {name}
            </th>
            <td className={`${classes.value} mono`}>
              <Value value={value} />
            </td>
            <td className={classes.tight}>
              <Copy value={written(value)} label={`Copy the value of ${name}`} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === "") return <span className="muted">empty</span>;
  if (value === null) return <span className="muted">null</span>;
  if (typeof value === "number") return <span title={String(value)}>{short(value)}</span>;
  const text = typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
  return text.length > LONG ? `${text.slice(0, LONG)}… (${whole(text.length)} characters)` : text;
}

export function Artifacts({ artifacts, what }: { artifacts: TaskArtifact[]; what: string }) {
  const keys = new Map<string, number>();
  for (const artifact of artifacts) keys.set(artifact.key, (keys.get(artifact.key) ?? 0) + 1);
  return (
    <table className={classes.table} aria-label={what}>
      <thead>
        <tr>
          <th scope="col">Artifact</th>
          <th scope="col">Type</th>
          <th scope="col" className={classes.right}>
            Size
          </th>
          <th scope="col">Digest</th>
        </tr>
      </thead>
      <tbody>
        {artifacts.map((artifact) => (
          <tr key={`${artifact.key} ${artifact.position}`}>
            <th scope="row">
              <Anchor
                fz="sm"
                renderRoot={(rest) => (
                  <Link {...rest} to="/artifacts/$artifactId" params={{ artifactId: artifact.id }} />
                )}
              >
                {artifact.key}
                {(keys.get(artifact.key) ?? 0) > 1 ? `[${artifact.position}]` : ""}
              </Anchor>
            </th>
            <td title={artifact.media_type || artifact.type}>{typeWord(artifact.type)}</td>
            <td className={`${classes.right} number`} title={artifact.size === null ? "" : `${whole(artifact.size)} B`}>
              {artifact.size === null ? <span className="muted">–</span> : bytes(artifact.size)}
            </td>
            <td>
              <Digest digest={artifact.digest} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
