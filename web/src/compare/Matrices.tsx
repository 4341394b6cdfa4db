/** Confusion matrices side by side, and how each differs from the base's. */
import { Group, Stack, Switch, Text, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { Comparison, ConfusionMatrix, MatrixRow, RunHead } from "@/api/client";
import { percent, short, signed } from "@/format/numbers";
import { Empty } from "@/parts/Empty";
import { Wide } from "@/parts/Wide";
import { MatrixTable } from "@/renderers/MatrixTable";
import classes from "./Compare.module.css";
import { letter, Mark } from "./marks";
import { countTint, deltaTint, most } from "./tint";

export function Matrices({ found }: { found: Comparison }) {
  if (!found.matrices.length)
    return (
      <Empty title="No confusion matrices">
        A task logs one to an output of the type ClassificationMetrics; none of these runs has.
      </Empty>
    );
  return (
    <Stack gap="lg">
      {found.matrices.map((row) => (
        <Side key={`${row.task}/${row.artifact}/${row.slice}`} row={row} runs={found.runs} />
      ))}
    </Stack>
  );
}

function Side({ row, runs }: { row: MatrixRow; runs: RunHead[] }) {
  const [changes, setChanges] = useState(true);
  const base = row.cells[0];
  const largest = most(row.cells.flatMap((cell) => cell?.counts ?? []));
  const farthest = most(row.deltas.slice(1).flatMap((delta) => delta ?? []));
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h5">
          {row.artifact}{" "}
          <span className="muted">
            {row.task}
            {row.slice && ` / ${row.slice}`}
          </span>
        </Title>
        {runs.length > 1 && (
          <Switch
            label="Differences from the base"
            checked={changes}
            onChange={(event) => setChanges(event.currentTarget.checked)}
          />
        )}
      </Group>
      <Text size="sm" className="muted">
        Rows are the true classes, columns the predicted ones. In a difference green is better: more hits on the
        diagonal, fewer mistakes beside it.
      </Text>
      <Wide label={`Matrices of ${row.artifact}`}>
        <div className={classes.side}>
          {row.cells.map((cell, place) => (
            <Stack key={runs[place]?.id} gap="lg">
              {cell ? (
                <Matrix
                  caption={
                    <>
                      <Mark place={place} /> {short(cell.total)} in all
                      {cell.accuracy !== null && `, ${percent(cell.accuracy)} right`}
                    </>
                  }
                  name={`Confusion matrix of ${letter(place)}`}
                  labels={cell.labels}
                  counts={cell.counts}
                  text={short}
                  tint={(count, hit) => countTint(count, largest, hit)}
                />
              ) : (
                <Text size="sm" className="muted">
                  <Mark place={place} /> has no such matrix.
                </Text>
              )}
              {changes && place > 0 && base && cell && (
                <Change delta={row.deltas[place]} base={base} place={place} largest={farthest} />
              )}
            </Stack>
          ))}
        </div>
      </Wide>
    </Stack>
  );
}

type Counts = ConfusionMatrix["counts"];
type ChangeProps = { delta: Counts | null | undefined; base: ConfusionMatrix; place: number; largest: number };

function Change({ delta, base, place, largest }: ChangeProps) {
  if (!delta)
    return (
      <Text size="sm" className="muted">
        {letter(place)} has other classes than A: there is no difference to be shown.
      </Text>
    );
  return (
    <Matrix
      caption={
        <strong>
          {letter(place)} − {letter(0)}
        </strong>
      }
      name={`Counts of ${letter(place)} less those of ${letter(0)}`}
      labels={base.labels}
      counts={delta}
      text={(count) => (count ? signed(count) : "")}
      tint={(count, hit) => deltaTint(count, largest, hit)}
    />
  );
}

type MatrixProps = {
  caption: ReactNode;
  name: string;
  labels: readonly string[];
  counts: Counts;
  text: (count: number | null) => string;
  tint: (count: number | null, hit: boolean) => string | undefined;
};

function Matrix({ caption, name, labels, counts, text, tint }: MatrixProps) {
  return (
    <div>
      <div style={{ marginBottom: 4 }}>{caption}</div>
      <MatrixTable columns={labels} name={name}>
        {counts.map((row, truth) => (
          <tr key={labels[truth]}>
            <th scope="row">{labels[truth]}</th>
            {row.map((count, predicted) => (
              <td
                key={labels[predicted]}
                style={{ background: tint(count, truth === predicted) }}
                title={`${labels[truth]} taken for ${labels[predicted]}: ${count ?? "–"}`}
              >
                {text(count)}
              </td>
            ))}
          </tr>
        ))}
      </MatrixTable>
    </div>
  );
}
