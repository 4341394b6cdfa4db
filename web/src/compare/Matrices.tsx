/** Confusion matrices side by side, and how each differs from the base's. */
import { Group, Stack, Switch, Text, Title } from "@mantine/core";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import type { Comparison, ConfusionMatrix, MatrixRow, RunHead } from "@/api/client";
import { percent, signed, whole } from "@/format/numbers";
import { Empty } from "@/parts/Empty";
import { Wide } from "@/parts/Wide";
import { MatrixGrid } from "@/renderers/MatrixGrid";
import { type MatrixLook, MatrixOptions, useMatrixLook } from "@/renderers/MatrixOptions";
import { ordered } from "@/renderers/matrix";
import { useCounted } from "@/renderers/useCounted";
import classes from "./Compare.module.css";
import { placesByLabel } from "./differences";
import { letter, Mark } from "./marks";
import { OfTurns } from "./OfTurns";
import { deltaTint, most } from "./tint";
import { byTurn } from "./turn-groups";

export function Matrices({ found }: { found: Comparison }) {
  const [look, setLook] = useMatrixLook();
  const [changes, setChanges] = useState(true);
  if (!found.matrices.length)
    return (
      <Empty title="No confusion matrices">
        A task logs one to an output of the type ClassificationMetrics; none of these runs has.
      </Empty>
    );
  return (
    <Stack gap="lg">
      <Group gap="sm">
        <MatrixOptions look={look} onLook={setLook} />
        {found.runs.length > 1 && (
          <Switch
            size="xs"
            label="Differences from the base"
            checked={changes}
            onChange={(event) => setChanges(event.currentTarget.checked)}
          />
        )}
      </Group>
      <Text size="sm" className="muted">
        {look.transposed ? "Columns are the true classes, rows" : "Rows are the true classes, columns"} what they were
        taken for. Blue is right, orange a mistake. In a difference green is better, more hits on the diagonal or fewer
        mistakes beside it, and red is worse.
      </Text>
      {byTurn(found.matrices, (row) => [row.artifact, row.slice].filter(Boolean).join(" / ")).map(({ name, rows }) => (
        <Stack key={name} gap="sm" component="section">
          <Title order={2} size="h5">
            {name}
          </Title>
          <OfTurns found={found} rows={rows}>
            {(row) => <Side key={row.task} row={row} runs={found.runs} look={look} changes={changes} />}
          </OfTurns>
        </Stack>
      ))}
    </Stack>
  );
}

type SideProps = { row: MatrixRow; runs: RunHead[]; look: MatrixLook; changes: boolean };

function Side({ row, runs, look, changes }: SideProps) {
  const base = row.cells[0];
  const order = useMemo(() => {
    const first = row.cells.find(Boolean);
    return first ? ordered(first, look.order).map((place) => first.labels[place]!) : [];
  }, [row, look.order]);
  const farthest = most(row.deltas.slice(1).flatMap((delta) => delta ?? []));
  return (
    <Wide label={`Matrices of ${row.artifact}`}>
      <div className={classes.side}>
        {row.cells.map((cell, place) => (
          <Stack key={runs[place]?.id} gap="lg">
            {cell ? (
              <Counted matrix={cell} order={order} look={look} place={place} />
            ) : (
              <Text size="sm" className="muted">
                <Mark place={place} /> has no such matrix.
              </Text>
            )}
            {changes && place > 0 && base && cell && (
              <Change
                delta={row.deltas[place]}
                base={base}
                order={order}
                look={look}
                place={place}
                largest={farthest}
              />
            )}
          </Stack>
        ))}
      </div>
    </Wide>
  );
}

type Ordered = { order: readonly string[]; look: MatrixLook; place: number };

function Counted({ matrix, order, look, place }: Ordered & { matrix: ConfusionMatrix }) {
  const counted = useCounted(matrix, look.shown);
  const places = useMemo(() => placesByLabel(matrix.labels, order), [matrix, order]);
  return (
    <Captioned
      caption={
        <>
          <Mark place={place} /> {whole(matrix.total)} in all
          {matrix.accuracy !== null && `, ${percent(matrix.accuracy)} right`}
        </>
      }
    >
      <MatrixGrid
        name={`Confusion matrix of ${letter(place)}`}
        labels={matrix.labels}
        places={places}
        transposed={look.transposed}
        look={counted.look}
        words={counted.words}
      />
    </Captioned>
  );
}

type ChangeProps = Ordered & { delta: MatrixRow["deltas"][number] | undefined; base: ConfusionMatrix; largest: number };

function Change({ delta, base, order, look, place, largest }: ChangeProps) {
  const cellLook = useCallback(
    (truth: number, predicted: number) => {
      const count = delta?.[truth]?.[predicted] ?? 0;
      return { text: count ? signed(count) : "", color: deltaTint(count, largest, truth === predicted) };
    },
    [delta, largest],
  );
  const words = useCallback(
    (truth: number, predicted: number) => {
      const taken = truth === predicted ? "recognised" : `taken for ${base.labels[predicted]}`;
      return `${base.labels[truth]} ${taken}: ${signed(delta?.[truth]?.[predicted] ?? 0)}`;
    },
    [base, delta],
  );
  const places = useMemo(() => placesByLabel(base.labels, order), [base, order]);
  if (!delta)
    return (
      <Text size="sm" className="muted">
        {letter(place)} has other classes than {letter(0)}: there is no difference to be shown.
      </Text>
    );
  return (
    <Captioned
      caption={
        <strong>
          {letter(place)} − {letter(0)}
        </strong>
      }
    >
      <MatrixGrid
        name={`Counts of ${letter(place)} less those of ${letter(0)}`}
        labels={base.labels}
        places={places}
        transposed={look.transposed}
        look={cellLook}
        words={words}
      />
    </Captioned>
  );
}

function Captioned({ caption, children }: { caption: ReactNode; children: ReactNode }) {
  return (
    <div>
      <div style={{ marginBottom: 4 }}>{caption}</div>
      {children}
    </div>
  );
}
