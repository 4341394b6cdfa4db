/** A field of the form: what a parameter of its type is written in, what it is for, and what was changed. */
import { Select, Stack, Switch, Text, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import type { PipelineParameter } from "@/api/client";
import { draftOf, kindOf } from "./form";

const TYPES: Record<string, string> = {
  STRING: "text",
  NUMBER_INTEGER: "whole number",
  NUMBER_DOUBLE: "number",
  BOOLEAN: "",
  LIST: "JSON list",
  STRUCT: "JSON object",
};

type Props = {
  parameter: PipelineParameter;
  draft: string;
  problem: string | undefined;
  /** What it is measured against; undefined where it is the same. */
  before?: { draft: string; from: string };
  onChange: (draft: string) => void;
};

export function ParameterField({ parameter, draft, problem, before, onChange }: Props) {
  const kind = kindOf(parameter);
  const label = (
    <>
      <Text span size="sm" fw={600}>
        {parameter.name}
      </Text>{" "}
      <Text span size="xs" className="muted" fw={400}>
        {kind === "choice" ? "one of these" : TYPES[parameter.type]}
        {!parameter.required && parameter.default === null && ", may be left out"}
      </Text>
    </>
  );
  const common = {
    label,
    description: parameter.description && <span className="muted">{parameter.description}</span>,
    error: problem,
    "data-parameter": parameter.name,
  };
  const typed = {
    ...common,
    value: draft,
    withAsterisk: parameter.required,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  return (
    <Changed before={before} onUndo={onChange}>
      {kind === "switch" ? (
        <Switch
          {...common}
          checked={draft === "true"}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      ) : kind === "choice" ? (
        <Select
          {...common}
          withAsterisk={parameter.required}
          data={[...new Set(parameter.literals.map((each) => draftOf(parameter, each)))]}
          value={draft || null}
          onChange={(value) => onChange(value ?? "")}
          clearable={!parameter.required && parameter.default === null}
        />
      ) : kind === "json" ? (
        <Textarea {...typed} autosize minRows={2} maxRows={16} spellCheck={false} classNames={{ input: "mono" }} />
      ) : (
        <TextInput {...typed} inputMode={kind === "text" ? undefined : "decimal"} spellCheck={false} />
      )}
    </Changed>
  );
}

function Changed(props: { before: Props["before"]; onUndo: (draft: string) => void; children: ReactNode }) {
  const { before, onUndo, children } = props;
  return (
    <Stack gap={4} data-changed={before ? true : undefined}>
      {children}
      {before && (
        <Text size="xs" style={{ color: "var(--warn)" }}>
          Changed: {before.from} {before.draft === "" ? "nothing" : <span className="mono">{before.draft}</span>}
          {" · "}
          <UnstyledButton fz="xs" td="underline" c="inherit" onClick={() => onUndo(before.draft)}>
            Undo
          </UnstyledButton>
        </Text>
      )}
    </Stack>
  );
}
