/** The form: parameters, how and when, and the button. */
import { Alert, Button, Group, SegmentedControl, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconCalendarRepeat, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { experimentsQuery } from "./experiments";
import { beginning, type Drafts, draftOf, filled, isChanged, ofParameters, shares } from "./form";
import { ParameterField } from "./ParameterField";
import { ScheduleFields } from "./ScheduleFields";
import classes from "./StartForm.module.css";
import type { Source } from "./StartPage";
import { Summary } from "./Summary";
import { newSchedule, scheduleProblems } from "./schedule";
import { useStart } from "./useStart";
import { isCount, newWay, type Way, WayFields } from "./WayFields";

const route = getRouteApi("/runs/new");

export function StartForm({ source, experiment }: { source: Source; experiment: string }) {
  const { clone, given, reference, same } = source;
  const parameters = source.parameters.toSorted((a, b) => Number(b.required) - Number(a.required));
  const [drafts, setDrafts] = useState<Drafts>(() => beginning(parameters, given));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [way, setWay] = useState<Way>(() => newWay(clone, experiment));
  const isRecurring = route.useSearch().recurring ?? false;
  const recurring = isRecurring && source.pipelineId !== "";
  const navigate = route.useNavigate();
  const [schedule, setSchedule] = useState(() => newSchedule(Intl.DateTimeFormat().resolvedOptions().timeZone));
  const form = useRef<HTMLFormElement>(null);
  const start = useStart(source);
  const experiments = useQuery(experimentsQuery).data ?? [];

  const { values, problems } = filled(parameters, drafts);
  const refused = start.error instanceof ApiError ? ofParameters(start.error.fields) : {};
  const changed = parameters.filter((each) =>
    isChanged(each, drafts[each.name] ?? "", each.name in given ? given[each.name] : each.default),
  );
  const wrong =
    Object.keys(problems).length +
    (recurring
      ? Object.keys(scheduleProblems(schedule)).length + Number(!way.name.trim())
      : Number(!isCount(way.parallelism)));

  const nameOf = (experiment: string) => experiments.find((each) => each.id === experiment)?.name ?? experiment;
  const change = (name: string, draft: string) => {
    setDrafts((all) => ({ ...all, [name]: draft }));
    setTouched((all) => new Set([...all, name]));
    if (refused[name]) start.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrong === 0) start.mutate({ values, way, schedule: recurring ? schedule : null });
    else requestAnimationFrame(() => toFirstProblem(form.current));
  };
  useEffect(() => {
    if (start.error) toFirstProblem(form.current);
  }, [start.error]);

  return (
    <form ref={form} onSubmit={submit} noValidate className={classes.form}>
      <Stack gap="xl" miw={0}>
        <Section title="Parameters">
          {parameters.length === 0 && <Text className="muted">The pipeline takes no parameters.</Text>}
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            {parameters.map((each) => (
              <ParameterField
                key={each.name}
                parameter={each}
                draft={drafts[each.name] ?? ""}
                problem={refused[each.name] ?? (tried || touched.has(each.name) ? problems[each.name] : undefined)}
                before={
                  changed.includes(each)
                    ? {
                        draft: draftOf(each, each.name in given ? given[each.name] : each.default),
                        from: each.name in given ? `${source.before} had` : "the default is",
                      }
                    : undefined
                }
                onChange={(draft) => change(each.name, draft)}
              />
            ))}
          </SimpleGrid>
        </Section>
        <Section title="When">
          <SegmentedControl
            aria-label="When it runs"
            value={recurring ? "recurring" : "once"}
            onChange={(value) =>
              navigate({
                search: (last) => ({ ...last, recurring: value === "recurring" || undefined }),
                replace: true,
              })
            }
            data={[
              { value: "once", label: "Once, now" },
              { value: "recurring", label: "Again and again", disabled: !source.pipelineId },
            ]}
            style={{ alignSelf: "start" }}
          />
          {!source.pipelineId && (
            <Text size="sm" className="muted">
              The run is of no pipeline that this server keeps. Upload it to have it run again and again.
            </Text>
          )}
          {recurring && (
            <ScheduleFields
              schedule={schedule}
              onChange={(change) => setSchedule((all) => ({ ...all, ...change }))}
              pinnable={source.versionId !== ""}
            />
          )}
        </Section>
        <Section title="Run">
          <WayFields
            way={way}
            recurring={recurring}
            tried={tried}
            onChange={(change) => setWay((all) => ({ ...all, ...change }))}
          />
        </Section>
      </Stack>
      <aside className={classes.aside} aria-label="What is started">
        <Summary
          parameters={changed.map((each) => ({ name: each.name, draft: drafts[each.name] ?? "" }))}
          than={source.before ?? "the defaults"}
          shares={shares(parameters, drafts)}
          command={
            recurring || !(reference || same)
              ? null
              : { ...way, pipeline: reference || "pipeline.yaml", values, experiment: nameOf(way.experiment) }
          }
        />
        {start.error && (
          <Alert color="red" variant="light" title="It was not started" role="alert">
            {start.error.message}
          </Alert>
        )}
        {tried && wrong > 0 && (
          <Text size="sm" role="alert" style={{ color: "var(--bad)" }}>
            {wrong === 1 ? "One field needs" : `${wrong} fields need`} your attention.
          </Text>
        )}
        <Group>
          <Button
            type="submit"
            fullWidth
            loading={start.isPending}
            leftSection={
              recurring ? <IconCalendarRepeat size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />
            }
          >
            {recurring ? "Make recurring run" : "Start run"}
          </Button>
        </Group>
      </aside>
    </form>
  );
}

function toFirstProblem(form: HTMLElement | null) {
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="md" component="section" aria-label={title}>
      <Title order={2} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
