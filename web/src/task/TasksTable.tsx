/** All tasks of a run as a table: what the graph shows, to be read, filtered, sorted and gone through with the keyboard. */
import { NativeSelect, TextInput, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconSearch } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useMemo, useRef } from "react";
import type { Graph, State as StateName } from "@/api/client";
import { whole } from "@/format/numbers";
import { duration } from "@/format/time";
import { Empty } from "@/parts/Empty";
import { ENDED, State, stateWord } from "@/parts/State";
import { Time, useNow } from "@/parts/Time";
import { useAddress } from "@/parts/useAddress";
import { useTyped } from "@/parts/useTyped";
import { type Column, filtered, rowsOf, type Sort, sorted, statesOf, type TaskRow } from "./rows";
import { nextSort, sortOf, tasksSearch } from "./search";
import classes from "./Tasks.module.css";

const ROW = 34;
const KINDS = {
  RUNTIME: "task",
  IMPORTER: "importer",
  DAG: "group",
  LOOP: "loop",
  ITERATION: "turn",
  CONDITION: "condition",
};

type Head = { label: string; column?: Column; width?: string; right?: boolean };
const HEADS: Head[] = [
  { label: "Name", column: "name", width: "23%" },
  { label: "Kind", column: "kind", width: "6rem" },
  { label: "State", column: "state", width: "8rem" },
  { label: "Why" },
  { label: "Began", column: "started", width: "7.5rem" },
  { label: "Duration", column: "duration", width: "7rem", right: true },
  { label: "Attempts", column: "attempts", width: "6.5rem", right: true },
  { label: "Artifacts", column: "made", width: "6.5rem", right: true },
];

export function TasksTable(props: {
  runId: string;
  graph: Graph;
  selected?: string;
  onSelect: (path: string) => void;
}) {
  const { graph, selected, onSelect } = props;
  const [search, change] = useAddress(tasksSearch);
  const { q: wanted = "", state } = search;
  const [text, setText] = useTyped(wanted, (q) => change({ q: q || undefined }, true));
  const sort = useMemo(() => sortOf(search.sort), [search.sort]);
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow(
    1000,
    graph.tasks.some((node) => node.started_at && node.state && !ENDED.has(node.state)),
  );
  const all = useMemo(() => rowsOf(graph, now), [graph, now]);
  const rows = useMemo(() => {
    const found = filtered(all, { text: wanted, state });
    return sort ? sorted(found, sort) : found;
  }, [all, wanted, state, sort]);
  const tree = !sort && !wanted.trim() && !state;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
    scrollMargin: ROW,
  });
  const items = virtual.getVirtualItems();
  const above = (items[0]?.start ?? ROW) - ROW;
  const below = virtual.getTotalSize() - ((items.at(-1)?.end ?? ROW) - ROW);

  const key = (event: KeyboardEvent, number: number) => {
    const to = event.key === "ArrowDown" ? number + 1 : event.key === "ArrowUp" ? number - 1 : -1;
    if (to < 0 || to >= rows.length) return;
    event.preventDefault();
    virtual.scrollToIndex(to);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${to}"] button`)?.focus());
  };
  const sortBy = (column: Column) => change({ sort: nextSort(sort, column) });

  return (
    <div className="filled">
      <div style={{ display: "flex", flexWrap: "wrap", gap: "0.5rem", alignItems: "center" }}>
        <TextInput
          aria-label="Filter the tasks"
          aria-keyshortcuts="/"
          placeholder="Filter by name or reason"
          size="xs"
          w="16rem"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label="Only in this state"
          size="xs"
          value={state ?? ""}
          onChange={(event) => change({ state: (event.currentTarget.value || undefined) as StateName | undefined })}
          data={[
            { value: "", label: "All states" },
            ...statesOf(all).map(([each, count]) => ({ value: each, label: `${stateWord(each)} (${whole(count)})` })),
          ]}
        />
        <span className="muted number" style={{ fontSize: "0.8rem" }} role="status">
          {rows.length === all.length
            ? `${whole(all.length)} tasks`
            : `${whole(rows.length)} of ${whole(all.length)} tasks`}
        </span>
      </div>
      <div ref={scroller} className={`card ${classes.scroller}`}>
        <table className={classes.table} aria-label="Tasks" aria-rowcount={rows.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {HEADS.map((head) => (
                <HeadCell key={head.label} head={head} sort={sort} onSort={sortBy} />
              ))}
            </tr>
          </thead>
          <tbody>
            {above > 0 && <Space height={above} />}
            {items.map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              return (
                <Row
                  key={row.node.path}
                  {...{ row, tree, number: item.index }}
                  selected={row.node.path === selected}
                  onSelect={() => onSelect(row.node.path)}
                  onKey={(event) => key(event, item.index)}
                />
              );
            })}
            {below > 0 && <Space height={below} />}
          </tbody>
        </table>
        {rows.length === 0 && <Empty title="No such task">No task has this name and state.</Empty>}
      </div>
    </div>
  );
}

/** Stands for the rows that aren't drawn. */
function Space({ height }: { height: number }) {
  return (
    <tr className={classes.space} aria-hidden>
      <td colSpan={HEADS.length} style={{ height }} />
    </tr>
  );
}

function HeadCell({ head, sort, onSort }: { head: Head; sort: Sort | undefined; onSort: (column: Column) => void }) {
  const { label, column, width, right } = head;
  const direction = column && sort?.column === column ? (sort.descending ? "descending" : "ascending") : undefined;
  const Arrow = direction === "descending" ? IconArrowDown : IconArrowUp;
  return (
    <th scope="col" style={{ width }} className={right ? classes.right : undefined} aria-sort={direction}>
      {column ? (
        <UnstyledButton fz="xs" className={classes.sort} onClick={() => onSort(column)}>
          {label}
          {direction && <Arrow size={12} aria-hidden />}
        </UnstyledButton>
      ) : (
        label
      )}
    </th>
  );
}

function Row(props: {
  row: TaskRow;
  number: number;
  tree: boolean;
  selected: boolean;
  onSelect: () => void;
  onKey: (event: KeyboardEvent) => void;
}) {
  const { row, number, tree, selected, onSelect, onKey } = props;
  const { node, depth, group, why, seconds, made } = row;
  const failed = node.state === "FAILED";
  return (
    <tr
      className={classes.row}
      aria-rowindex={number + 2}
      data-row={number}
      data-selected={selected}
      onClick={onSelect}
      onKeyDown={onKey}
    >
      <th scope="row" style={{ paddingLeft: 8 + (tree ? Math.min(depth, 10) * 16 : 0) }} title={node.path}>
        {/* The button is for the keyboard; a click on it is one on the row. */}
        <UnstyledButton className={classes.name} aria-pressed={selected} fw={group ? 650 : 500}>
          {tree ? node.name : node.path}
        </UnstyledButton>
      </th>
      <td className="muted">{KINDS[node.kind]}</td>
      <td>{node.state && <State state={node.state} />}</td>
      <td title={why} className={failed ? classes.bad : "muted"}>
        {why}
      </td>
      <td>
        <Time at={node.started_at} />
      </td>
      <td className={`${classes.right} number`} title={seconds === null ? undefined : `${seconds} s`}>
        {seconds === null ? <span className="muted">{node.cached ? "cached" : "–"}</span> : duration(seconds)}
      </td>
      <td className={`${classes.right} number`}>{node.attempts || <span className="muted">–</span>}</td>
      <td className={`${classes.right} number`}>{made || <span className="muted">–</span>}</td>
    </tr>
  );
}
