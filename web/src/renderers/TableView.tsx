/** The first rows of a table; where its columns are figures over epochs or steps, the curves too. */
import { Stack, Text } from "@mantine/core";
import type { ArtifactRecord, TablePreview } from "@/api/client";
import { short, whole } from "@/format/numbers";
import { Wide } from "@/parts/Wide";
import { History } from "./History";
import { isHistory } from "./history";
import classes from "./Views.module.css";

export function TableView({ artifact, found }: { artifact: ArtifactRecord; found: TablePreview }) {
  const names = found.columns.map((column) => column.name);
  return (
    <Stack gap="md">
      {isHistory(names, artifact.metadata) && <History artifact={artifact} columns={names} />}
      <Text size="sm" className="muted">
        {found.truncated
          ? `The first ${whole(found.rows.length)} of ${found.total === null ? "many" : whole(found.total)} rows`
          : `${whole(found.rows.length)} rows`}
        , {whole(found.columns.length + found.columns_left_out)} columns
        {found.columns_left_out > 0 && `, of which ${found.columns.length} are shown`}
      </Text>
      <Wide className={classes.scroll} label={`Rows of ${artifact.name}`}>
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
                    key={names[place]}
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
    </Stack>
  );
}
