/** The turns of a loop: what each is for, and what it measured; the best are marked. */
import { Button, Group, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { IconStarFilled } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { Loop, LoopTurn } from "@/api/client";
import { short, whole } from "@/format/numbers";
import { duration } from "@/format/time";
import { StateIcon, stateWord } from "@/parts/State";
import { Wide } from "@/parts/Wide";
import { BetterMenu } from "./BetterMenu";
import { choose, chosenOf } from "./directions";
import { LoopLines } from "./LoopLines";
import classes from "./LoopTable.module.css";
import { SortHead } from "./SortHead";
import type { MetricsSearch } from "./search";
import { Term } from "./Term";
import { itemOf, itemText, numberOf, purpose, sorted, type Table, tableOf } from "./turns";

const FIRST = 100;
const FIRST_METRICS = 8;
/** Where more turns than these are the best alike, that tells nothing. */
const FEW = 3;

export function LoopTable(props: { loop: Loop; search: MetricsSearch; onSearch: (change: MetricsSearch) => void }) {
  const { loop, search, onSearch } = props;
  const [all, setAll] = useState(false);
  const [wide, setWide] = useState(false);
  const chosen = useMemo(() => chosenOf(search.better), [search.better]);
  const full = useMemo(() => tableOf(loop, chosen), [loop, chosen]);
  const turns = useMemo(() => sorted(loop.turns, full, search.by), [loop, full, search.by]);
  const table = wide ? full : { ...full, metrics: full.metrics.slice(0, FIRST_METRICS) };
  const shown = all ? turns : turns.slice(0, FIRST);
  const sort = { by: search.by, onBy: (by: string | undefined) => onSearch({ by }) };
  return (
    <Stack gap="xs">
      <Told loop={loop} table={table} />
      <Wide className={`card ${classes.box}`} label={`Turns of the loop over ${loop.items.join(" and ")}`}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Turn</th>
              {table.items.map((item) => (
                <SortHead key={item.id} id={item.id} label={item.label} {...sort} />
              ))}
              {table.metrics.map((column) => (
                <SortHead
                  key={column.id}
                  id={column.id}
                  label={column.label}
                  better={column.better}
                  className={classes.right}
                  {...sort}
                >
                  {" "}
                  <BetterMenu
                    name={column.label}
                    better={column.better}
                    onChoose={(better) => onSearch({ better: choose(chosen, column.metric, better) })}
                  />
                </SortHead>
              ))}
              <SortHead id="seconds" label="Time" className={classes.right} {...sort} />
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((turn) => (
              <Row
                key={turn.path}
                turn={turn}
                table={table}
                open={turn.path === search.turn}
                onOpen={() => onSearch({ turn: turn.path === search.turn ? undefined : turn.path })}
              />
            ))}
          </tbody>
        </table>
      </Wide>
      <Group gap="sm">
        {turns.length > shown.length && (
          <Button size="compact-sm" variant="default" onClick={() => setAll(true)}>
            Show all {whole(turns.length)} turns
          </Button>
        )}
        {full.metrics.length > table.metrics.length && (
          <Button size="compact-sm" variant="default" onClick={() => setWide(true)}>
            Show all {full.metrics.length} metrics
          </Button>
        )}
      </Group>
      <LoopLines loop={loop} table={full} />
    </Stack>
  );
}

/** The loop in two sentences: what it goes over, and which turn was best. */
function Told({ loop, table }: { loop: Loop; table: Table }) {
  const { key, same } = table;
  const best = key && loop.turns.find((turn) => key.best.has(turn.path));
  const failed = loop.turns.filter((turn) => turn.state === "FAILED").length;
  return (
    <div>
      <Title order={2} size="h5">
        Loop over {loop.items.join(" and ")}{" "}
        <span className="muted">
          {whole(loop.turns.length)} {loop.turns.length === 1 ? "turn" : "turns"}
          {failed > 0 && `, ${whole(failed)} failed`}
        </span>
      </Title>
      {key && best && (
        <Text size="sm">
          The best <Term name={key.label} />, <strong>{short(best.cells[key.place])}</strong>, came of{" "}
          {purpose(best, table.items)}
          {key.best.size > 1 && ` (and ${key.best.size - 1} more with the same)`}.
        </Text>
      )}
      {same.length > 0 && (
        <Text size="sm" className="muted">
          The same in all turns: {same.map(({ label, value }) => `${label} ${short(value as number)}`).join(", ")}.
        </Text>
      )}
    </div>
  );
}

function Row({ turn, table, open, onOpen }: { turn: LoopTurn; table: Table; open: boolean; onOpen: () => void }) {
  return (
    <tr data-open={open || undefined} data-best={table.key?.best.has(turn.path) || undefined}>
      <th scope="row">
        <UnstyledButton
          className={classes.turn}
          aria-expanded={open}
          aria-label={`Turn ${numberOf(turn.path)}: what it measured`}
          onClick={onOpen}
        >
          {numberOf(turn.path)}
        </UnstyledButton>
      </th>
      {table.items.map((item) => (
        <td key={item.id} className="mono">
          {itemText(itemOf(turn, item))}
        </td>
      ))}
      {table.metrics.map((column) => {
        const cell = turn.cells[column.place];
        return (
          <td key={column.id} className={classes.right} title={cell === null ? "none" : String(cell)}>
            {column.best.has(turn.path) && column.best.size <= FEW && (
              <IconStarFilled size={12} className={classes.best} role="img" aria-label="best" />
            )}{" "}
            {short(cell)}
          </td>
        );
      })}
      <td className={classes.right}>{turn.seconds === null ? "–" : duration(turn.seconds)}</td>
      <td>
        <span className={classes.state}>
          <StateIcon state={turn.state} size={14} /> {stateWord(turn.state)}
        </span>
      </td>
    </tr>
  );
}
