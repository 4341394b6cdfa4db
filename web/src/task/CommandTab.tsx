/** What a task runs: the function of a Python component, or a command, and in what. */
import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { FullTask, TaskResources } from "@/api/client";
import { Copy, Digest } from "@/parts/Copy";
import { Empty } from "@/parts/Empty";
import { Verbatim } from "@/parts/Verbatim";
import { commandOf, lines, tokens } from "./command";
import { Section } from "./Section";
import classes from "./Task.module.css";
import { Values } from "./Values";

export function CommandTab({ task }: { task: FullTask }) {
  const { command } = task;
  if (!command)
    return (
      <Empty title="No command">
        {task.kind === "RUNTIME"
          ? "Nothing is recorded of what this task runs."
          : "It runs nothing by itself: the tasks in it do."}
      </Empty>
    );
  const { python, words } = commandOf(command.command, command.args);
  const asked = resources(command.resources);
  return (
    <Stack gap="lg" pb="md">
      <table className={classes.table} aria-label="What it ran in">
        <tbody>
          <Fact name="Image">
            <span className="mono">{command.image || "–"}</span>
            {command.image && <Copy value={command.image} label="Copy the image's name" />}
          </Fact>
          <Fact name="Environment">
            <Digest digest={command.environment} />
          </Fact>
          <Fact name="Resources">{asked || <span className="muted">none asked for</span>}</Fact>
          <Fact name="Exit code">
            <span className="number">{task.exit_code ?? "–"}</span>
          </Fact>
        </tbody>
      </table>
      {python && (
        <Section title={`Function ${python.name}`} aside={<Copy value={python.source} label="Copy the source" />}>
          <Source text={python.source} />
        </Section>
      )}
      <Section
        title={python ? "Command around it" : "Command"}
        aside={<Copy value={JSON.stringify([...command.command, ...command.args])} label="Copy the command as JSON" />}
      >
        <Verbatim label="Command">{lines(words).join(" \\\n  ")}</Verbatim>
      </Section>
      {Object.keys(command.env).length > 0 && (
        <Section title="Environment variables">
          <Values values={command.env} what="Environment variables" />
        </Section>
      )}
      {!python && words.length === 0 && (
        <Text size="sm" className="muted">
          The image's own command.
        </Text>
      )}
    </Stack>
  );
}

function Source({ text }: { text: string }) {
  let at = 0;
  return (
    <Verbatim label="Source">
      {tokens(text).map((token) => {
        const key = at;
        at += token.text.length;
        return token.kind === "plain" ? (
          token.text
        ) : (
          <span key={key} data-kind={token.kind}>
            {token.text}
          </span>
        );
      })}
    </Verbatim>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <tr>
      <th scope="row" className={classes.tight}>
        {name}
      </th>
      <td>{children}</td>
    </tr>
  );
}

function resources(asked: TaskResources): string {
  return [
    asked.cpu && `${asked.cpu} CPU`,
    asked.memory && `${asked.memory} memory`,
    asked.accelerator && `${asked.accelerator_count || 1} × ${asked.accelerator}`,
  ]
    .filter(Boolean)
    .join(", ");
}
