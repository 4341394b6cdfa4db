/** The turns of a loop, or the same task of each of them: how each ended, what it was for, and what came of it. */
import { Button, Group, Skeleton, Text } from "@mantine/core";
import { IconStarFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { LoopTurn } from "@/api/client";
import { loopsQuery } from "@/api/queries";
import { short, whole, written } from "@/format/numbers";
import { duration } from "@/format/time";
import { Failure } from "@/parts/Failure";
import { State } from "@/parts/State";
import { Wide } from "@/parts/Wide";
import { SortHead } from "@/renderers/SortHead";
import { itemOf, numberOf, sorted, type Table, tableOf } from "@/renderers/turns";
import classes from "./Inspector.module.css";
import { ToNode } from "./ToNode";
import { meant } from "./within";

const FIRST = 100;
/** Columns of what turns are for: of more, the graph's panel has no room. */
const ITEMS = 3;

export function TurnsTable({ runId, node }: { runId: string; node: string }) {
  const { data, error, refetch } = useQuery(loopsQuery(runId));
  const [by, setBy] = useState<string>();
  const [isWhole, setWhole] = useState(false);
  const found = useMemo(() => data && meant(node, data.loops), [data, node]);
  const table = useMemo(() => found && tableOf({ ...found.loop, turns: found.turns }, {}), [found]);
  if (error) return <Failure error={error} what="The turns" retry={refetch} />;
  if (!data) return <Skeleton height={160} aria-label="Loading the turns" />;
  if (!found || !table) return null;
  const turns = sorted(found.turns, table, by);
  const shown = isWhole ? turns : turns.slice(0, FIRST);
  const items = table.items.slice(0, ITEMS);
  const sort = { by, onBy: setBy };
  return (
    <>
      <Wide className="card" label="Turns">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Turn</th>
              {items.map((item) => (
                <SortHead key={item.id} id={item.id} label={item.label} {...sort} />
              ))}
              <th scope="col">State</th>
              {table.key && (
                <SortHead
                  id={table.key.id}
                  label={table.key.label}
                  better={table.key.better}
                  className={classes.right}
                  {...sort}
                />
              )}
              <SortHead id="seconds" label="Time" className={classes.right} {...sort} />
            </tr>
          </thead>
          <tbody>
            {shown.map((turn) => (
              <Row key={turn.path} turn={turn} table={{ ...table, items }} rest={found.rest} runId={runId} />
            ))}
          </tbody>
        </table>
      </Wide>
      {turns.length > shown.length && (
        <Group gap="sm" mt="xs">
          <Text size="sm" className="muted">
            {whole(shown.length)} of {whole(turns.length)} turns
          </Text>
          <Button size="compact-sm" variant="default" onClick={() => setWhole(true)}>
            Show all
          </Button>
        </Group>
      )}
    </>
  );
}

function Row({ turn, table, rest, runId }: { turn: LoopTurn; table: Table; rest: string; runId: string }) {
  const { key, items } = table;
  const isBest = key?.best.has(turn.path);
  return (
    <tr>
      <th scope="row" className="number">
        <ToNode runId={runId} node={turn.path + rest}>
          {`Turn ${numberOf(turn.path)}`}
        </ToNode>
      </th>
      {items.map((item) => {
        const value = itemOf(turn, item);
        return (
          <td key={item.id} className={classes.item}>
            {value === undefined ? <span className="muted">–</span> : written(value)}
          </td>
        );
      })}
      <td>
        <State state={turn.state} />
      </td>
      {key && (
        <td className={`${classes.right} number`} title={String(turn.cells[key.place] ?? "")}>
          {isBest && <IconStarFilled size={12} className={classes.best} aria-label="The best" />}{" "}
          {short(turn.cells[key.place] as number | null)}
        </td>
      )}
      <td className={`${classes.right} number`}>{turn.seconds === null ? "–" : duration(turn.seconds)}</td>
    </tr>
  );
}
