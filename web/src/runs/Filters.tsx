/** What is above a list of runs: the search and the filters. */
import { Checkbox, CloseButton, Group, MultiSelect, Pill, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTyped } from "@/parts/useTyped";
import { ConditionButton } from "./ConditionButton";
import { experimentsQuery, pipelineNamesQuery } from "./choices";
import { conditionText } from "./conditions";
import type { Fixed } from "./list";
import type { RunsSearch } from "./search";

const STATES = [
  { value: "RUNNING", label: "Running" },
  { value: "PENDING", label: "Pending" },
  { value: "SUCCEEDED", label: "Succeeded" },
  { value: "FAILED", label: "Failed" },
  { value: "CANCELING", label: "Canceling" },
  { value: "CANCELED", label: "Canceled" },
];

type Props = {
  search: RunsSearch;
  onChange: (change: RunsSearch, inPlace?: boolean) => void;
  fixed: Fixed;
  metrics: string[];
  parameters: string[];
  children?: ReactNode;
};

export function Filters({ search, onChange, fixed, metrics, parameters, children }: Props) {
  const where = search.where ?? [];
  const setWhere = (next: string[]) => onChange({ where: next.length ? next : undefined });
  return (
    <Group gap="xs">
      <NameSearch value={search.q ?? ""} onChange={(q) => onChange({ q: q || undefined }, true)} />
      <MultiSelect
        aria-label="State"
        placeholder={search.state ? undefined : "Any state"}
        data={STATES}
        value={search.state?.split(",") ?? []}
        onChange={(states) => onChange({ state: states.join(",") || undefined })}
        w={search.state ? 220 : 130}
        clearable
        clearButtonProps={{ "aria-label": "Any state" }}
      />
      {!fixed.pipeline_id && !fixed.recurring_run_id && (
        <PipelineFilter value={search.pipeline} onChange={(pipeline) => onChange({ pipeline })} />
      )}
      {!fixed.experiment_id && !fixed.recurring_run_id && (
        <ExperimentFilter value={search.experiment} onChange={(experiment) => onChange({ experiment })} />
      )}
      <ConditionButton
        {...{ metrics, parameters }}
        onAdd={(each) => setWhere([...where.filter((old) => old !== each), each])}
      />
      {where.map((each) => (
        <Pill
          key={each}
          size="md"
          withRemoveButton
          removeButtonProps={{ "aria-label": `Remove ${conditionText(each)}`, "aria-hidden": false, tabIndex: 0 }}
          onRemove={() => setWhere(where.filter((old) => old !== each))}
          title={each}
        >
          {conditionText(each)}
        </Pill>
      ))}
      <Checkbox
        label="Archived"
        checked={search.archived ?? false}
        onChange={(event) => onChange({ archived: event.currentTarget.checked || undefined })}
      />
      <Group gap="xs" ml="auto">
        {children}
      </Group>
    </Group>
  );
}

function NameSearch({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const [text, set] = useTyped(value, onChange);
  return (
    <TextInput
      aria-label="Search runs by name"
      aria-keyshortcuts="/"
      placeholder="Search by name  ( / )"
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={text && <CloseButton size="sm" aria-label="Clear the search" onClick={() => set("")} />}
      value={text}
      onChange={(event) => set(event.currentTarget.value)}
      onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      w={220}
    />
  );
}

function PipelineFilter({ value, onChange }: { value?: string; onChange: (pipeline?: string) => void }) {
  const { data = [] } = useQuery(pipelineNamesQuery);
  return (
    <Select
      aria-label="Pipeline"
      placeholder="Any pipeline"
      data={value && !data.includes(value) ? [...data, value] : data}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Any pipeline" }}
      w={150}
    />
  );
}

function ExperimentFilter({ value, onChange }: { value?: string; onChange: (experiment?: string) => void }) {
  const { data = [] } = useQuery(experimentsQuery);
  const choices = data.map((each) => ({ value: each.experiment_id, label: each.display_name }));
  if (value && !choices.some((each) => each.value === value)) choices.push({ value, label: value.slice(0, 8) });
  return (
    <Select
      aria-label="Experiment"
      placeholder="Any experiment"
      data={choices}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Any experiment" }}
      w={160}
    />
  );
}
