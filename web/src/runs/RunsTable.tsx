/** A list of runs: searched, filtered and sorted by the server, paged as it is scrolled, and live. */
import { Group, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { whole } from "@/format/numbers";
import { Failure } from "@/parts/Failure";
import { useAddress } from "@/parts/useAddress";
import { ColumnChooser } from "./ColumnChooser";
import { parameterNames, suggested } from "./columns";
import { Filters } from "./Filters";
import { asked, type Fixed, runsQuery } from "./list";
import { NoRuns } from "./NoRuns";
import { Rows } from "./Rows";
import classes from "./RunsTable.module.css";
import { SelectionBar } from "./SelectionBar";
import { runsSearch } from "./search";
import { useLiveRuns } from "./useLiveRuns";
import { useRowKeys } from "./useRowKeys";

const NONE: Fixed = {};

/**
 * @param fixed Of which experiment, pipeline or recurring run the runs are; of any, where it isn't given.
 * @param height How high the part that scrolls may become.
 */
export function RunsTable({ fixed = NONE, height = "min(40rem, 70vh)" }: { fixed?: Fixed; height?: string }) {
  const [search, change] = useAddress(runsSearch);
  const navigate = useNavigate();

  const [metricNames, setMetricNames] = useState<string[]>([]);
  const columns = useMemo(() => search.columns ?? suggested(metricNames), [search.columns, metricNames]);
  const metrics = columns.filter((each) => each.startsWith("metric:")).map((each) => each.slice(7));
  const wanted = asked(search, fixed, metrics);
  const { data, error, isPlaceholderData, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(
    runsQuery(wanted),
  );
  useLiveRuns(wanted);

  const runs = useMemo(() => data?.pages.flatMap((page) => page.runs) ?? [], [data]);
  const names = useMemo(() => [...new Set(data?.pages.flatMap((page) => page.metric_names))].sort(), [data]);
  if (names.length && names.join() !== metricNames.join()) setMetricNames(names);
  const parameters = useMemo(() => parameterNames(runs), [runs]);
  const total = data?.pages[0]?.total;

  const selected = useMemo(() => search.selected?.split(",") ?? [], [search.selected]);
  const select = useCallback(
    (ids: readonly string[]) => change({ selected: ids.join(",") || undefined }, true),
    [change],
  );
  const toggle = useCallback(
    (id: string) => select(selected.includes(id) ? selected.filter((each) => each !== id) : [...selected, id]),
    [select, selected],
  );
  const compare = () => {
    if (selected.length > 1) navigate({ to: "/compare", search: { runs: selected.join(",") } });
  };

  const [cursor, setCursor] = useState(-1);
  useRowKeys({
    move: (by) => setCursor((old) => Math.max(0, Math.min(runs.length - 1, old + by))),
    select: () => runs[cursor] && toggle(runs[cursor].id),
    compare,
  });

  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isPlaceholderData) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage]);

  return (
    <Stack gap="md" mih={0} flex="0 1 auto">
      <Filters {...{ search, fixed, parameters }} onChange={change} metrics={names}>
        <ColumnChooser
          parameters={parameters}
          metrics={names}
          columns={columns}
          onChange={(next) => change({ columns: next })}
        />
      </Filters>
      {selected.length > 0 && (
        <SelectionBar
          selected={selected}
          archived={search.archived ?? false}
          onClear={() => select([])}
          onCompare={compare}
        />
      )}
      {error && !data ? (
        <Failure error={error} what="The runs" retry={refetch} />
      ) : data && !runs.length ? (
        <NoRuns search={search} fixed={fixed} onChange={change} />
      ) : (
        <Rows
          runs={data ? runs : null}
          columns={columns}
          fixed={fixed}
          total={total ?? 0}
          sort={search.sort}
          onSort={(sort) => change({ sort })}
          selected={selected}
          onToggle={toggle}
          cursor={cursor}
          more={hasNextPage ? more : undefined}
          height={height}
        />
      )}
      <Group className={classes.foot} aria-live="polite">
        <Text size="sm" className="muted">
          {total === undefined ? " " : `${whole(total)} ${total === 1 ? "run" : "runs"}`}
          {total !== undefined && runs.length < total && `, ${whole(runs.length)} loaded`}
        </Text>
        <Text size="sm" className="muted" visibleFrom="sm">
          j k rows · x select · c compare · Enter open
        </Text>
      </Group>
    </Stack>
  );
}
