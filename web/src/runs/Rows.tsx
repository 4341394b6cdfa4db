/** The rows that are seen, of as many as there are. */
import { Skeleton, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { FlexRender, type Row, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useEffect, useMemo, useRef } from "react";
import type { RunRow } from "@/api/client";
import { columnsOf, features, lookOf } from "./cells";
import { nextSort } from "./columns";
import { type Fixed, NEWEST } from "./list";
import classes from "./RunsTable.module.css";

const ROW = 36;
const HEAD = 36;
/** How many rows before the last loaded one the next ones are asked for. */
const AHEAD = 120;
const WAITING = 8;

type Props = {
  /** Null while they are asked for. */
  runs: RunRow[] | null;
  columns: string[];
  fixed: Fixed;
  total: number;
  sort?: string;
  onSort: (sort?: string) => void;
  selected: readonly string[];
  onToggle: (id: string) => void;
  cursor: number;
  more?: () => void;
  height: string;
};

export function Rows(props: Props) {
  const { runs, columns, fixed, total, sort, onSort, selected, onToggle, cursor, more, height } = props;
  const frame = useRef<HTMLDivElement>(null);
  const loaded = runs?.length ?? 0;
  const count = runs ? loaded + (more ? WAITING : 0) : WAITING;
  const rows = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
    overscan: 12,
  });
  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;

  useEffect(() => {
    if (more && last >= loaded - AHEAD) more();
  }, [more, last, loaded]);

  useEffect(() => {
    if (cursor < 0) return;
    rows.scrollToIndex(cursor);
    // The row is there only when the list has scrolled to it.
    const turn = requestAnimationFrame(() =>
      frame.current
        ?.querySelector<HTMLElement>(`tr[data-index="${cursor}"] a[data-run]`)
        ?.focus({ preventScroll: true }),
    );
    return () => cancelAnimationFrame(turn);
  }, [cursor, rows]);

  const definitions = useMemo(
    () => columnsOf(columns, fixed, { has: (id) => selected.includes(id), toggle: onToggle }),
    [columns, fixed, selected, onToggle],
  );
  // The table is given what is seen, not all that is loaded: a hundred thousand runs cost what forty do.
  const data = useMemo(() => runs?.slice(first, last + 1) ?? [], [runs, first, last]);
  const table = useTable({ features, columns: definitions, data, getRowId: (run) => run.id });
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const shown = table.getRowModel().rows;
  const width = headers.reduce((sum, { id }) => sum + lookOf(id).width, 0);

  return (
    <div ref={frame} className={`card ${classes.frame}`} style={{ maxHeight: height, flex: "0 1 auto" }}>
      <table className={classes.table} style={{ minWidth: width }} aria-rowcount={total + 1} aria-busy={!runs}>
        <colgroup>
          {headers.map(({ id }) => (
            <col key={id} style={{ width: lookOf(id).width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {headers.map((header) => (
              <Head key={header.id} id={header.id} sort={sort} onSort={onSort}>
                <table.FlexRender header={header} />
              </Head>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space height={(items[0]?.start ?? HEAD) - HEAD} span={headers.length} />
          {items.map(({ index }) => {
            const row = shown[index - first];
            if (!row) return <Waiting key={`waiting-${index}`} span={headers.length} />;
            return (
              <TableRow
                key={row.id}
                row={row}
                columns={definitions}
                index={index}
                hasCursor={index === cursor}
                isSelected={selected.includes(row.id)}
              />
            );
          })}
          <Space height={rows.getTotalSize() + HEAD - (items.at(-1)?.end ?? 0)} span={headers.length} />
        </tbody>
      </table>
    </div>
  );
}

type TableRowProps = {
  row: Row<typeof features, RunRow>;
  columns: ReturnType<typeof columnsOf>;
  index: number;
  hasCursor: boolean;
  isSelected: boolean;
};

/** The table makes its rows anew for each turn of the wheel: those that show the same are not drawn again. */
const TableRow = memo(
  ({ row, index, hasCursor, isSelected }: TableRowProps) => (
    <tr
      className={classes.row}
      data-index={index}
      data-cursor={hasCursor || undefined}
      data-selected={isSelected || undefined}
      aria-rowindex={index + 2}
    >
      {row.getAllCells().map((cell) => (
        <td
          key={cell.id}
          className={lookOf(cell.column.id).right ? classes.right : undefined}
          data-stays={lookOf(cell.column.id).stays}
        >
          <FlexRender cell={cell} />
        </td>
      ))}
    </tr>
  ),
  (before, now) =>
    before.row.original === now.row.original &&
    before.columns === now.columns &&
    before.index === now.index &&
    before.hasCursor === now.hasCursor &&
    before.isSelected === now.isSelected,
);

function Space({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td className={classes.space} colSpan={span} style={{ height }} />
    </tr>
  );
}

function Waiting({ span }: { span: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={span}>
        <Skeleton height={14} />
      </td>
    </tr>
  );
}

type HeadProps = { id: string; sort?: string; onSort: (sort?: string) => void; children: ReactNode };

function Head({ id, sort, onSort, children }: HeadProps) {
  const { field, right, title, stays } = lookOf(id);
  const [by, order] = (sort ?? NEWEST).split(/ (?=desc$)/);
  const sorted = field !== undefined && by === field ? (order ? "descending" : "ascending") : undefined;
  if (id === "select") return <td className={classes.corner} data-stays={stays} />;
  return (
    <th scope="col" aria-sort={sorted} className={right ? classes.right : undefined} title={title} data-stays={stays}>
      {field ? (
        <UnstyledButton className={classes.sort} onClick={() => onSort(nextSort(sort, field))}>
          <span>{children}</span>
          {sorted === "descending" && <IconArrowDown size={14} aria-hidden />}
          {sorted === "ascending" && <IconArrowUp size={14} aria-hidden />}
        </UnstyledButton>
      ) : (
        children
      )}
    </th>
  );
}
