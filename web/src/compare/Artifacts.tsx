/** What the runs have made: the same or not, and pictures side by side. */
import { Anchor, Stack } from "@mantine/core";
import { IconEqual, IconEqualNot } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ArtifactRow, Comparison, Made, RunHead } from "@/api/client";
import { contentUrl } from "@/api/queries";
import { bytes } from "@/format/numbers";
import { typeWord } from "@/graph/facts";
import { Empty } from "@/parts/Empty";
import { Wide } from "@/parts/Wide";
import classes from "./Compare.module.css";
import { Heads, Hidden } from "./Heads";
import { letter } from "./marks";

export function Artifacts({ found, all }: { found: Comparison; all: boolean }) {
  if (!found.artifacts.length) return <Empty title="No artifacts">None of these runs has made one.</Empty>;
  const shown = found.artifacts.filter((row) => all || !row.same);
  return (
    <Stack gap="xs">
      {shown.length > 0 ? (
        <Wide className={`card ${classes.box}`} label="Artifacts">
          <table className={classes.table}>
            <Heads first="Artifact" runs={found.runs} />
            <tbody>
              {shown.map((row) => (
                <Row key={`${row.task}/${row.key}`} row={row} runs={found.runs} />
              ))}
            </tbody>
          </table>
        </Wide>
      ) : (
        <p className={classes.plain}>All runs have made the same, byte for byte.</p>
      )}
      <Hidden count={found.artifacts.length - shown.length} />
    </Stack>
  );
}

function Row({ row, runs }: { row: ArtifactRow; runs: RunHead[] }) {
  const base = row.cells[0]?.[0]?.digest;
  return (
    <tr>
      <th scope="row">
        {row.key}
        <br />
        <span className="muted">
          {row.task} · {typeWord(row.type)}
        </span>
      </th>
      {row.cells.map((made, place) => (
        <td key={runs[place]?.id}>
          {made.length === 0 && <span className="muted">–</span>}
          {made.map((each) => (
            <One key={each.id} made={each} name={`${row.key} of ${letter(place)}`} base={place ? base : undefined} />
          ))}
        </td>
      ))}
    </tr>
  );
}

function One({ made, name, base }: { made: Made; name: string; base?: string }) {
  const picture = made.media_type.startsWith("image/");
  const same = base !== undefined && made.digest === base;
  return (
    <div>
      <Anchor
        fz="sm"
        className="mono"
        title={made.digest || made.uri}
        renderRoot={(rest) => <Link {...rest} to="/artifacts/$artifactId" params={{ artifactId: made.id }} />}
      >
        {made.digest ? made.digest.replace(/^sha256:/, "").slice(0, 12) : "open"}
      </Anchor>{" "}
      {made.size !== null && <span className="muted">{bytes(made.size)}</span>}{" "}
      {base && made.digest && (
        <span className={same ? "muted" : classes.worse} style={{ whiteSpace: "nowrap" }}>
          {same ? <IconEqual size={13} aria-hidden /> : <IconEqualNot size={13} aria-hidden />}{" "}
          {same ? "same" : "different"}
        </span>
      )}
      {picture && (
        <div>
          <img className={classes.image} src={contentUrl(made.id)} alt={name} loading="lazy" />
        </div>
      )}
    </div>
  );
}
