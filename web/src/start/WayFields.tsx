/** How a run is run: its experiment and name, the cache, and what is seldom needed. */
import { Autocomplete, Button, Collapse, SimpleGrid, Stack, Switch, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { FullRun } from "@/api/client";
import { experimentsQuery } from "./experiments";

export type Way = {
  /** A name, or the id of one that there is. */
  experiment: string;
  name: string;
  description: string;
  cache: boolean;
  parallelism: string;
};

export function newWay(clone: FullRun | null, experiment: string): Way {
  const parallelism = clone?.options.parallelism;
  return {
    experiment,
    name: "",
    description: "",
    cache: clone?.options.cache ?? true,
    parallelism: parallelism ? String(parallelism) : "",
  };
}

type Props = { way: Way; recurring: boolean; tried: boolean; onChange: (change: Partial<Way>) => void };

export function WayFields({ way, recurring, tried, onChange }: Props) {
  const [open, { toggle }] = useDisclosure(false);
  const experiments = useQuery(experimentsQuery).data ?? [];
  const known = experiments.find((each) => each.id === way.experiment);
  const isNew = way.experiment !== "" && !known && !experiments.some((each) => each.name === way.experiment);
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Autocomplete
          label="Experiment"
          description={
            <span className="muted">
              {isNew ? "It is new, and will be made." : "Choose one, or type the name of a new one."}
            </span>
          }
          placeholder="Default"
          data={experiments.map((each) => each.name)}
          value={known?.name ?? way.experiment}
          onChange={(experiment) => onChange({ experiment })}
        />
        <TextInput
          label="Name"
          description={
            <span className="muted">
              {recurring
                ? "Its runs get it with their numbers."
                : "Left out, it is made of the pipeline's name and the time."}
            </span>
          }
          withAsterisk={recurring}
          error={recurring && tried && !way.name ? "A recurring run needs a name." : undefined}
          value={way.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
      </SimpleGrid>
      {recurring ? (
        <TextInput
          label="Description"
          value={way.description}
          onChange={(event) => onChange({ description: event.currentTarget.value })}
        />
      ) : (
        <Switch
          label="Take results from the cache"
          description={<span className="muted">Tasks whose inputs and code were seen before are not run again.</span>}
          checked={way.cache}
          onChange={(event) => onChange({ cache: event.currentTarget.checked })}
        />
      )}
      {!recurring && (
        <>
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={toggle}
            aria-expanded={open}
            leftSection={open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
            style={{ alignSelf: "start" }}
          >
            More
          </Button>
          <Collapse expanded={open}>
            <TextInput
              label="Tasks at a time"
              description={
                <span className="muted">How many may run at once; left out, as many as the server allows.</span>
              }
              inputMode="numeric"
              error={isCount(way.parallelism) ? undefined : "Give a whole number above 0."}
              w={{ base: "100%", md: "50%" }}
              value={way.parallelism}
              onChange={(event) => onChange({ parallelism: event.currentTarget.value })}
            />
          </Collapse>
        </>
      )}
    </Stack>
  );
}

/** Whether a text is none, or a whole number above 0. */
export function isCount(text: string): boolean {
  return /^(?:[1-9]\d{0,5})?$/.test(text.trim());
}
