import { Button, Group, Popover, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { metricKey } from "./columns";
import { condition, SIGNS, SIGNS_OF_TEXT, type Sign, signWord } from "./conditions";

type Props = { metrics: string[]; parameters: string[]; onAdd: (condition: string) => void };

/** Asks for a condition on a metric or a parameter. */
export function ConditionButton({ metrics, parameters, onAdd }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} width={380} trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="sm"
          leftSection={<IconFilter size={16} aria-hidden />}
          onClick={() => setOpen(!open)}
        >
          Condition
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="A condition on a metric or a parameter">
        {metrics.length + parameters.length > 0 ? (
          <Asked
            {...{ metrics, parameters }}
            onAdd={(given) => {
              onAdd(given);
              setOpen(false);
            }}
          />
        ) : (
          <Text size="sm">None of these runs has metrics or parameters.</Text>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Asked({ metrics, parameters, onAdd }: Props) {
  const [field, setField] = useState<string | null>(null);
  const [sign, setSign] = useState<Sign>("=");
  const [value, setValue] = useState("");
  const isMetric = field?.startsWith("metric:") ?? false;
  const wrong = isMetric && value !== "" && !Number.isFinite(Number(value)) ? "A metric is compared with a number" : "";
  const ready = field !== null && !wrong && (!isMetric || value.trim() !== "");
  const choose = (next: string | null) => {
    setField(next);
    setSign(next?.startsWith("metric:") ? ">=" : "=");
  };
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onAdd(condition(field, sign, isMetric ? Number(value) : value.trim()));
  };
  return (
    <form onSubmit={add}>
      <Stack gap="xs">
        <Select
          label="Metric or parameter"
          data={[
            { group: "Parameters", items: parameters.map((name) => ({ value: `param:${name}`, label: name })) },
            {
              group: "Metrics",
              items: metrics.map((name) => ({ value: `metric:${name}`, label: labelOf(name, metrics) })),
            },
          ]}
          value={field}
          onChange={choose}
          searchable
          comboboxProps={{ withinPortal: false }}
          data-autofocus
        />
        <Group gap="xs" align="start" wrap="nowrap">
          <Select
            label="Is"
            w={92}
            data={(isMetric ? SIGNS : SIGNS_OF_TEXT).map((each) => ({ value: each, label: signWord(each) }))}
            value={sign}
            onChange={(next) => next && setSign(next)}
            comboboxProps={{ withinPortal: false }}
            allowDeselect={false}
          />
          <TextInput
            label="Value"
            flex={1}
            value={value}
            error={wrong}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <Button type="submit" disabled={!ready} mt={25}>
            Filter
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function labelOf(name: string, all: string[]): string {
  const key = metricKey(name);
  return all.filter((other) => metricKey(other) === key).length > 1 ? name : key;
}
