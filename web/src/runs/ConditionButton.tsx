import { Button, Group, NumberInput, Popover, Select, Stack, Text } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { condition, SIGNS, type Sign } from "./conditions";

/** Asks for a condition on a metric. */
export function ConditionButton({ metrics, onAdd }: { metrics: string[]; onAdd: (condition: string) => void }) {
  const [open, setOpen] = useState(false);
  const [metric, setMetric] = useState<string | null>(null);
  const [sign, setSign] = useState<Sign>(">=");
  const [value, setValue] = useState<number | string>("");
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!metric || typeof value !== "number") return;
    onAdd(condition(metric, sign, value));
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} width={360} trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="sm"
          leftSection={<IconFilter size={16} aria-hidden />}
          onClick={() => setOpen(!open)}
        >
          Metric
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="A condition on a metric">
        {metrics.length ? (
          <form onSubmit={add}>
            <Stack gap="xs">
              <Select
                label="Metric"
                data={metrics}
                value={metric}
                onChange={setMetric}
                searchable
                comboboxProps={{ withinPortal: false }}
                data-autofocus
              />
              <Group gap="xs" align="end" wrap="nowrap">
                <Select
                  label="Is"
                  w={80}
                  data={SIGNS}
                  value={sign}
                  onChange={(next) => next && setSign(next)}
                  comboboxProps={{ withinPortal: false }}
                  allowDeselect={false}
                />
                <NumberInput label="Value" flex={1} value={value} onChange={setValue} />
                <Button type="submit" disabled={!metric || typeof value !== "number"}>
                  Filter
                </Button>
              </Group>
            </Stack>
          </form>
        ) : (
          <Text size="sm">None of these runs has metrics.</Text>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
