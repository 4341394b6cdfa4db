import { Skeleton, Stack, Table, Title } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, body, type FullRun } from "@/api/client";
import { written } from "@/format/numbers";
import { duration, exact } from "@/format/time";
import { Copy, Digest } from "@/parts/Copy";
import { Failure } from "@/parts/Failure";
import { State } from "@/parts/State";
import { Verbatim } from "@/parts/Verbatim";
import classes from "./Run.module.css";
import { SinceLastGood } from "./SinceLastGood";

const specQuery = (runId: string) =>
  queryOptions({
    queryKey: ["run", runId, "spec"],
    queryFn: ({ signal }) =>
      body(
        api.GET("/apis/barograph/v1/runs/{run_id}/spec", {
          params: { path: { run_id: runId } },
          parseAs: "text",
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY, // what a run runs never changes
  });

/** Everything of a run that is no task: parameters, outputs, options, its history, its pipeline's text. */
export function Details({ run }: { run: FullRun }) {
  return (
    <Stack gap="lg" pb="md" maw="64rem">
      <Part title="Since the last good run">
        <SinceLastGood runId={run.id} />
      </Part>
      <Part title="Parameters">
        <Parameters run={run} />
      </Part>
      <Part title="Outputs">
        <Rows rows={Object.entries(run.outputs)} none="The pipeline has no outputs that are parameters." />
      </Part>
      <Part title="The run">
        <Rows rows={about(run)} />
      </Part>
      {run.notes.length > 0 && (
        <Part title="Notes">
          <ul>
            {run.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Part>
      )}
      <Part title="History">
        <Rows rows={run.state_history.map(({ state, at }) => [exactly(at), <State key={at} state={state} />])} />
      </Part>
      <Part title="Compiled pipeline">
        <Spec runId={run.id} name={run.pipeline} />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h5" mb={4}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function Parameters({ run }: { run: FullRun }) {
  const known = new Map(run.pipeline_parameters.map((parameter) => [parameter.name, parameter]));
  const names = Object.keys(run.parameters);
  if (!names.length) return <span className="muted">The pipeline takes no parameters.</span>;
  return (
    <Table className={classes.parameters}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Name</Table.Th>
          <Table.Th scope="col">Value</Table.Th>
          <Table.Th scope="col">What it is</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {names.map((name) => {
          const value = written(run.parameters[name]);
          const own = known.get(name);
          const isDefault = own && written(own.default) === value;
          return (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td className="mono" style={{ overflowWrap: "anywhere", minWidth: "8rem" }}>
                {value} {isDefault && <span className="muted">(default)</span>}
              </Table.Td>
              <Table.Td className="muted">{own?.description}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

function about(run: FullRun): [string, ReactNode][] {
  const { options } = run;
  const rows: [string, ReactNode][] = [
    ["Id", <IdOf key="id" id={run.id} />],
    ["Description", run.description],
    ["Pipeline's digest", <Digest key="digest" digest={run.spec_digest} />],
    ["Pipeline root", run.pipeline_root],
    ["Cache", options.cache ? "on" : "off"],
    ["Tasks without cache", options.uncached.join(", ")],
    ["Cached results not older than", options.max_age === null ? "" : duration(options.max_age)],
    ["Tasks at the same time", options.parallelism],
    ["Executor", options.executor],
    ["Secrets", options.secrets],
    [
      "Input artifacts",
      Object.entries(options.artifacts)
        .map(([name, uri]) => `${name}=${uri}`)
        .join(", "),
    ],
    ["Created", exact(run.created_at)],
    ["Scheduled for", run.scheduled_at ? exact(run.scheduled_at) : ""],
  ];
  return rows.filter(([, value]) => value !== "");
}

function IdOf({ id }: { id: string }) {
  return (
    <span className="mono">
      {id} <Copy value={id} label="Copy the run's id" />
    </span>
  );
}

/** To the millisecond: states may follow each other within a second. */
function exactly(time: string): string {
  return `${exact(time)} (${time.slice(17, 23)} s)`;
}

function Rows({ rows, none }: { rows: [string, unknown][]; none?: string }) {
  if (!rows.length) return <span className="muted">{none}</span>;
  return (
    <Table>
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w={{ base: "9rem", xs: "14rem" }}>
              {name}
            </Table.Th>
            <Table.Td style={{ overflowWrap: "anywhere" }}>
              {typeof value === "object" && value !== null && "props" in value ? (value as ReactNode) : written(value)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Spec({ runId, name }: { runId: string; name: string }) {
  const { data, error, refetch } = useQuery(specQuery(runId));
  if (error) return <Failure error={error} what="The compiled pipeline" retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={200} />;
  return (
    <>
      <a href={`/apis/barograph/v1/runs/${runId}/spec`} download={`${name}.yaml`}>
        Download {name}.yaml
      </a>
      <Verbatim label="Compiled pipeline">{data}</Verbatim>
    </>
  );
}
