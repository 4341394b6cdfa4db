/** Of a node of the difference graph: what became of it in each run, how what it was made of differs, and why. */
import { Anchor, Button, CloseButton, Group, Text, Title, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ArtifactRow, Comparison, Graph, RunHead, TaskRow } from "@/api/client";
import { taskQuery } from "@/api/queries";
import { bytes } from "@/format/numbers";
import { duration } from "@/format/time";
import { called, calledArtifact } from "@/graph/facts";
import { ArtifactIcon, TaskIcon } from "@/graph/looks";
import { Digest } from "@/parts/Copy";
import { State } from "@/parts/State";
import { withoutTurns } from "@/renderers/turns";
import { CacheTab, Differences } from "@/task/CacheTab";
import { Section } from "@/task/Section";
import classes from "./Compare.module.css";
import { letter, Mark } from "./marks";
import { VerdictIcon, VerdictMark, verdictName } from "./VerdictMark";
import own from "./Verdicts.module.css";
import { type Judged, ofArtifact, ofTask, together, VERDICTS, type Verdict } from "./verdicts";

type Props = {
  found: Comparison;
  node: string;
  graph: Graph;
  verdicts: ReadonlyMap<string, Judged>;
  onNode: (node: string | undefined) => void;
};

export function Why({ found, node, graph, verdicts, onNode }: Props) {
  const task = graph.tasks.find((each) => each.path === node);
  const artifact = graph.artifacts.find((each) => each.id === node);
  const rows = found.tasks.filter((row) => withoutTurns(row.path) === node);
  const made = found.artifacts.filter((row) => withoutTurns(`${row.task}:${row.key}`) === node);
  const inside = graph.tasks.filter((each) => each.parent === node);
  const outputs = graph.artifacts.filter((each) => each.producer === node);
  return (
    <div className={own.side}>
      <Group justify="space-between" wrap="nowrap" align="start">
        <Group gap="xs" wrap="nowrap" miw={0}>
          {task && <TaskIcon kind={task.kind} />}
          {artifact && <ArtifactIcon artifact={artifact} />}
          <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
            {task ? called(task) : artifact ? calledArtifact(artifact) : node}
          </Title>
        </Group>
        <CloseButton onClick={() => onNode(undefined)} aria-label="Close the panel" />
      </Group>
      {rows.length > 0 && (
        <Chosen rows={rows} pathOf={(row) => row.path} verdictsOf={ofTask}>
          {(row) => <TaskDetails row={row} runs={found.runs} />}
        </Chosen>
      )}
      {made.length > 0 && (
        <Chosen rows={made} pathOf={(row) => `${row.task}:${row.key}`} verdictsOf={ofArtifact}>
          {(row) => <ArtifactDetails row={row} runs={found.runs} />}
        </Chosen>
      )}
      {artifact?.producer && (
        <Text size="sm">
          Made by <Choose onClick={() => onNode(artifact.producer)}>{artifact.producer}</Choose>
        </Text>
      )}
      <Parts
        title="What it made"
        parts={outputs.map((each) => ({ id: each.id, name: calledArtifact(each) }))}
        isArtifact
        verdicts={verdicts}
        onNode={onNode}
      />
      <Parts
        title="What is in it"
        parts={inside.map((each) => ({ id: each.path, name: called(each) }))}
        verdicts={verdicts}
        onNode={onNode}
      />
      {!task && !artifact && <Text size="sm">None of these runs has such a task or artifact.</Text>}
    </div>
  );
}

type ChosenProps<Row> = {
  rows: readonly Row[];
  pathOf: (row: Row) => string;
  verdictsOf: (row: Row) => Verdict[];
  children: (row: Row) => React.ReactNode;
};

/** One of the turns that a node stands for: those that one looks for come first. */
function Chosen<Row>({ rows: given, pathOf, verdictsOf, children }: ChosenProps<Row>) {
  const [chosen, choose] = useState(0);
  const rank = (row: Row) => VERDICTS.indexOf(together([verdictsOf(row)]).worst);
  const rows = [...given].sort((a, b) => rank(a) - rank(b));
  const row = rows[chosen];
  return (
    <>
      {rows.length > 1 && (
        <Section title="The turns that it stands for">
          <div style={{ maxHeight: "11rem", overflow: "auto" }}>
            <table className={own.table} aria-label="Turns">
              <tbody>
                {rows.map((each, at) => (
                  <tr key={pathOf(each)}>
                    <th scope="row">
                      <UnstyledButton
                        className={own.turn}
                        fz="sm"
                        c="var(--mantine-color-anchor)"
                        aria-pressed={at === chosen}
                        onClick={() => choose(at)}
                      >
                        {pathOf(each)}
                      </UnstyledButton>
                    </th>
                    <td>
                      <span className={own.cells}>
                        {verdictsOf(each).map(
                          (verdict, place) =>
                            place > 0 && (
                              // biome-ignore lint/suspicious/noArrayIndexKey: a place is a run's
                              <span key={place} title={`${letter(place)}: ${verdictName(verdict)}`}>
                                {letter(place)} <VerdictIcon verdict={verdict} size={14} />
                              </span>
                            ),
                        )}
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      )}
      {row && children(row)}
    </>
  );
}

function TaskDetails({ row, runs }: { row: TaskRow; runs: RunHead[] }) {
  const verdicts = ofTask(row);
  const [asked, ask] = useState<number>();
  const shown = asked === undefined ? undefined : row.cells[asked];
  return (
    <>
      <table className={own.table} aria-label={`${row.path} in each run`}>
        <tbody>
          {row.cells.map((cell, place) => (
            <tr key={runs[place]!.id}>
              <th scope="row">
                <Mark place={place} />
              </th>
              <td>
                {cell ? (
                  <Link
                    to="/runs/$runId"
                    params={{ runId: runs[place]!.id }}
                    search={{ node: row.path }}
                    style={{ textDecoration: "none" }}
                  >
                    <State state={cell.cached ? "CACHED" : cell.state} />
                  </Link>
                ) : (
                  <span className="muted">no such task</span>
                )}
                {cell?.error && <div className={classes.worse}>{cell.error}</div>}
              </td>
              <td className="number">{cell?.seconds != null && duration(cell.seconds)}</td>
              <td>{place ? <VerdictMark verdict={verdicts[place]!} /> : <span className="muted">base</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {row.cells.map(
        (cell, place) =>
          cell !== null &&
          cell.differences.length > 0 && (
            <Section key={runs[place]!.id} title={`How what ${letter(place)} was made of differs from A`}>
              <Differences sentences={cell.differences} />
            </Section>
          ),
      )}
      <Group gap="xs">
        {row.cells.map(
          (cell, place) =>
            cell && (
              <Button
                key={runs[place]!.id}
                size="compact-xs"
                variant={asked === place ? "light" : "default"}
                aria-pressed={asked === place}
                onClick={() => ask(asked === place ? undefined : place)}
              >
                Cache of {letter(place)}
              </Button>
            ),
        )}
      </Group>
      {asked !== undefined && shown && <CacheOf runId={runs[asked]!.id} task={shown.id} />}
    </>
  );
}

/** Why a run's task was or was not taken from the cache. */
function CacheOf({ runId, task }: { runId: string; task: string }) {
  const { data } = useQuery(taskQuery(runId, task));
  return data ? <CacheTab task={data} /> : null;
}

function ArtifactDetails({ row, runs }: { row: ArtifactRow; runs: RunHead[] }) {
  const verdicts = ofArtifact(row);
  return (
    <table className={own.table} aria-label={`${row.task}:${row.key} in each run`}>
      <tbody>
        {row.cells.map((made, place) => (
          <tr key={runs[place]!.id}>
            <th scope="row">
              <Mark place={place} />
            </th>
            <td>
              {made.length === 0 && <span className="muted">not made</span>}
              {made.map((each) => (
                <div key={each.id}>
                  <Anchor
                    fz="sm"
                    renderRoot={(rest) => (
                      <Link {...rest} to="/artifacts/$artifactId" params={{ artifactId: each.id }} />
                    )}
                  >
                    open
                  </Anchor>{" "}
                  <Digest digest={each.digest} /> {each.size !== null && bytes(each.size)}
                </div>
              ))}
            </td>
            <td>
              {place ? <VerdictMark verdict={verdicts[place]!} isArtifact /> : <span className="muted">base</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type PartsProps = {
  title: string;
  parts: { id: string; name: string }[];
  isArtifact?: boolean;
  verdicts: Props["verdicts"];
  onNode: (node: string) => void;
};

function Parts({ title, parts, isArtifact, verdicts, onNode }: PartsProps) {
  if (!parts.length) return null;
  return (
    <Section title={title}>
      <table className={own.table} aria-label={title}>
        <tbody>
          {parts.map(({ id, name }) => (
            <tr key={id}>
              <th scope="row">
                <Choose onClick={() => onNode(id)}>{name}</Choose>
              </th>
              <td>
                <VerdictMark verdict={verdicts.get(id)?.worst ?? "none"} isArtifact={isArtifact} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Choose({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <Anchor component="button" type="button" fz="sm" ta="start" onClick={onClick}>
      {children}
    </Anchor>
  );
}
