/** When a recurring run starts runs, in words and with its next times. */
import {
  Alert,
  Button,
  Group,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { previewTimesQuery } from "@/recurring/queries";
import { Times } from "@/recurring/Times";
import { cronWords, intervalWords } from "@/recurring/words";
import { PRESETS, previewOf, type Schedule, scheduleProblems, UNITS, type Unit } from "./schedule";

const ZONES = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];

type Props = { schedule: Schedule; onChange: (change: Partial<Schedule>) => void; pinnable: boolean };

export function ScheduleFields({ schedule, onChange, pinnable }: Props) {
  const problems = scheduleProblems(schedule);
  const text = (name: "cron" | "every" | "start" | "end" | "most") => ({
    value: schedule[name],
    error: problems[name],
    onChange: (event: { currentTarget: { value: string } }) => onChange({ [name]: event.currentTarget.value }),
  });
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label="Kind of schedule"
        value={schedule.kind}
        onChange={(kind) => onChange({ kind: kind === "cron" ? "cron" : "interval" })}
        data={[
          { value: "cron", label: "At times" },
          { value: "interval", label: "Every so often" },
        ]}
        style={{ alignSelf: "start" }}
      />
      {schedule.kind === "cron" ? (
        <>
          <Group gap="xs">
            {PRESETS.map(({ label, cron }) => (
              <Button
                key={cron}
                size="compact-sm"
                variant={schedule.cron.trim() === cron ? "light" : "default"}
                aria-pressed={schedule.cron.trim() === cron}
                onClick={() => onChange({ cron })}
              >
                {label}
              </Button>
            ))}
          </Group>
          <Group align="start" gap="md">
            <TextInput
              label="Cron expression"
              description={<span className="muted">second, minute, hour, day, month, day of the week</span>}
              classNames={{ input: "mono" }}
              spellCheck={false}
              w={280}
              {...text("cron")}
            />
            <Select
              label="Time zone"
              description={<span className="muted">in which the times are</span>}
              data={ZONES}
              value={schedule.zone}
              onChange={(zone) => zone && onChange({ zone })}
              searchable
              limit={60}
              w={260}
            />
          </Group>
        </>
      ) : (
        <Group align="end" gap="xs">
          <TextInput label="Every" inputMode="decimal" w={100} {...text("every")} />
          <Select
            aria-label="Unit"
            data={Object.keys(UNITS)}
            value={schedule.unit}
            onChange={(unit) => unit && onChange({ unit: unit as Unit })}
            allowDeselect={false}
            w={130}
          />
        </Group>
      )}
      <NextTimes schedule={schedule} />
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md">
        <TextInput type="datetime-local" label="Not before" {...text("start")} />
        <TextInput type="datetime-local" label="Not after" {...text("end")} />
        <TextInput label="Runs at a time" inputMode="numeric" {...text("most")} />
      </SimpleGrid>
      <Switch
        label="Catch up"
        description={
          <span className="muted">
            Times that were missed, because no server ran, are made up for one by one; without it only the last of them
            is.
          </span>
        }
        checked={schedule.catchUp}
        onChange={(event) => onChange({ catchUp: event.currentTarget.checked })}
      />
      {pinnable && (
        <Switch
          label="Always the newest version"
          description={
            <span className="muted">
              Each run takes the version that is the newest then, instead of the one chosen above.
            </span>
          }
          checked={schedule.newest}
          onChange={(event) => onChange({ newest: event.currentTarget.checked })}
        />
      )}
    </Stack>
  );
}

function NextTimes({ schedule }: { schedule: Schedule }) {
  const [asked] = useDebouncedValue(previewOf(schedule), 300);
  const { data, error } = useQuery(previewTimesQuery(asked));
  if (error)
    return (
      <Alert color="red" variant="light" role="alert">
        {error.message}
      </Alert>
    );
  const said = previewOf(schedule);
  if (!said) return null;
  const words = schedule.kind === "cron" ? cronWords(schedule.cron) : intervalWords(Number(said.interval));
  return (
    <Stack gap={4} className="card" p="sm" aria-live="polite">
      <Text fw={600} size="sm">
        {words.charAt(0).toUpperCase() + words.slice(1)}
      </Text>
      {data && <Times times={data} />}
    </Stack>
  );
}
