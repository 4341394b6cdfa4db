/** The first rows of a table, or its numbers as curves; what tells of a training is drawn first. */
import { Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { ArtifactRecord, TablePreview } from "@/api/client";
import { short, whole } from "@/format/numbers";
import { Wide } from "@/parts/Wide";
import { CurvesView } from "./CurvesView";
import { countsIn } from "./classes";
import { drawable, isHistory } from "./history";
import { ValueCounts } from "./ValueCounts";
import classes from "./Views.module.css";

type Way = "table" | "curves";

export function TableView({ artifact, path, found }: { artifact: ArtifactRecord; path: string; found: TablePreview }) {
  // What the metadata say is of the artifact, not of a file in a folder.
  const history = isHistory(found, path ? {} : artifact.metadata);
  const [way, setWay] = useState<Way>(history ? "curves" : "table");
  return (
    <Stack gap="sm">
      <Group gap="sm">
        {drawable(found.columns) && (
          <SegmentedControl
            size="xs"
            aria-label="How it is shown"
            value={way}
            onChange={(next) => setWay(next as Way)}
            data={[
              { value: "curves", label: "Curves" },
              { value: "table", label: "Table" },
            ]}
          />
        )}
        <Text size="sm" className="muted">
          {size(found)}
        </Text>
      </Group>
      {way === "curves" ? (
        <CurvesView artifact={artifact} path={path} columns={found.columns} history={history} />
      ) : (
        <>
          {!history && (
            <ValueCounts
              artifact={artifact}
              path={path}
              columns={found.columns}
              isTold={!path && countsIn(artifact.metadata) !== undefined}
            />
          )}
          <Rows found={found} name={path || artifact.name} />
        </>
      )}
    </Stack>
  );
}

function size({ rows, total, columns, columns_left_out: more, truncated }: TablePreview): string {
  const shown = truncated
    ? `The first ${whole(rows.length)} of ${total === null ? "many" : whole(total)} rows`
    : `${whole(rows.length)} ${rows.length === 1 ? "row" : "rows"}`;
  const wide = columns.length + more;
  return `${shown}, ${whole(wide)} ${wide === 1 ? "column" : "columns"}${more ? `, of which ${columns.length} are shown` : ""}`;
}

function Rows({ found, name }: { found: TablePreview; name: string }) {
  return (
    <Wide className={classes.scroll} label={`Rows of ${name}`}>
      <table className={classes.table}>
        <thead>
          <tr>
            {found.columns.map((column) => (
              <th key={column.name} scope="col">
                {column.name} <span className="muted">{column.type}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.rows.map((row, number) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name than its number
            <tr key={number}>
              {row.map((cell, place) => (
                <td
                  key={found.columns[place]?.name}
                  className={typeof cell === "number" ? classes.right : undefined}
                  title={cell === null ? undefined : String(cell)}
                >
                  {typeof cell === "number" ? short(cell) : cell === null ? "" : String(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
