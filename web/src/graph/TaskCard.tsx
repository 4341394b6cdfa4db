import { VisuallyHidden } from "@mantine/core";
import { IconArrowsMaximize, IconBolt, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import type { NodeProps } from "@xyflow/react";
import type { ReactNode } from "react";
import type { State, TaskNode } from "@/api/client";
import { written } from "@/format/numbers";
import { StateIcon, stateColor, stateWord } from "@/parts/State";
import { Duration } from "@/parts/Time";
import { type CardData, type CardNode, useActions } from "./cards";
import { Ends } from "./Ends";
import { called, condition, counts, isCached, type Fact as Known, stateOf, turns } from "./facts";
import classes from "./Graph.module.css";
import { TaskIcon } from "./looks";

/** A task, or a group that is folded. */
export function TaskCard({ data }: NodeProps<CardNode>) {
  return (
    <>
      <Ends />
      <Head data={data} isStack={data.shown.fold === "closed"} />
    </>
  );
}

/** An open group: its head, and the frame around what is in it. */
export function Frame({ data }: NodeProps<CardNode>) {
  return (
    <div className={classes.frame} data-state={data.mark ? undefined : data.shown.task?.state}>
      <Ends />
      <Head data={data} isStack={false} />
    </div>
  );
}

function Head({ data, isStack }: { data: CardData; isStack: boolean }) {
  const { select, toggle, enter } = useActions();
  const { shown, isSelected, isTabStop, isTaken, label, head, mark } = data;
  const task = shown.task!;
  const open = shown.fold === "open";
  const name = called(task);
  const state = stateOf(task);
  return (
    <div
      className={`${classes.card} ${classes.task} ${isStack ? classes.closed : ""}`}
      data-state={mark ? undefined : task.state}
      data-cached={(!mark && isCached(task)) || undefined}
      data-mark={mark?.tone}
      data-selected={isSelected || undefined}
      style={{ ...head, "--tint": mark?.color ?? stateColor(state) } as React.CSSProperties}
    >
      <button
        type="button"
        className={classes.main}
        data-node={shown.id}
        tabIndex={isTabStop ? 0 : -1}
        aria-pressed={isSelected}
        onClick={() => select(shown.id)}
        onDoubleClick={shown.fold ? () => toggle(shown.id) : undefined}
      >
        <VisuallyHidden>{label}</VisuallyHidden>
        <span className={classes.icon} aria-hidden>
          <TaskIcon kind={task.kind} />
        </span>
        <span className={classes.text} aria-hidden>
          <span className={classes.name} title={name}>
            {name}
          </span>
          {mark ? (
            <span className={classes.sub}>{mark.line}</span>
          ) : (
            <Sub task={task} isTaken={isTaken} isGroup={shown.fold !== null} fact={shown.fact} />
          )}
        </span>
      </button>
      {open && enter && (
        <button
          type="button"
          tabIndex={-1}
          className={classes.toggle}
          aria-label={`Show ${name} by itself`}
          title="Show by itself"
          onClick={() => enter(shown.id)}
        >
          <IconArrowsMaximize size={14} aria-hidden />
        </button>
      )}
      {shown.fold && (
        <button
          type="button"
          tabIndex={-1}
          className={classes.toggle}
          aria-label={`${open ? "Fold" : "Open"} ${name}`}
          aria-expanded={open}
          onClick={() => toggle(shown.id)}
        >
          {open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
        </button>
      )}
      {mark ? <Cell title={mark.label}>{mark.icon}</Cell> : state && <StateCell state={state} />}
    </div>
  );
}

function StateCell({ state }: { state: State }) {
  return (
    <Cell title={stateWord(state)}>
      {state === "CACHED" ? (
        <IconBolt size={19} color="var(--cached)" aria-hidden />
      ) : (
        <StateIcon state={state} size={19} />
      )}
    </Cell>
  );
}

function Cell({ title, children }: { title: string; children: ReactNode }) {
  return (
    <span className={classes.state} title={title}>
      {children}
    </span>
  );
}

/** The one line under a task's name. */
function Sub({ task, isTaken, isGroup, fact }: { task: TaskNode; isTaken: boolean; isGroup: boolean; fact?: Known }) {
  if (task.state === "FAILED" && task.error && !isGroup)
    return (
      <span className={classes.sub} data-bad title={task.error}>
        {task.error}
      </span>
    );
  if (fact)
    return (
      <span className={`${classes.sub} ${classes.fact}`} title={counts(task.states)}>
        <span className={classes.word}>{fact.name}</span>
        <span className={classes.value}>{fact.value}</span>
      </span>
    );
  const item = task.kind === "ITERATION" && !called(task).includes(":") && task.item !== null ? written(task.item) : "";
  const branch = task.kind === "CONDITION" && task.state ? branchWord(task.state, isTaken) : "";
  const words = [item, branch, condition(task), turns(task), counts(task.states)].filter(Boolean);
  if (words.length) {
    const text = words.join(" · ");
    return (
      <span className={classes.sub} title={text}>
        {text}
      </span>
    );
  }
  return (
    <span className={classes.sub}>
      <Fact task={task} />
    </span>
  );
}

function branchWord(state: State, isTaken: boolean): string {
  if (!isTaken) return "not taken";
  return state === "PENDING" || state === "SKIPPED" ? "" : "taken";
}

/** What a task did, or how long it took. */
function Fact({ task }: { task: TaskNode }) {
  const { state, started_at: start, finished_at: end, attempts } = task;
  if (state === null) return task.kind === "IMPORTER" ? "importer" : task.component.replace(/^comp-/, "");
  const running = state === "RUNNING" || state === "CANCELING";
  const tries = attempts > 1 ? ` · ${attempts} attempts` : "";
  if (isCached(task)) return "from the cache";
  if (!start || !(end || running)) return stateWord(state);
  return (
    <>
      {state !== "SUCCEEDED" && `${stateWord(state)} · `}
      <Duration start={start} end={end} running={running} />
      {tries}
    </>
  );
}
