/** When a recurring run starts runs, as it is typed into the form. Pure. */
import type { TriggerInput } from "@/api/client";

export const UNITS = { minutes: 60, hours: 3_600, days: 86_400 } as const;
export type Unit = keyof typeof UNITS;

export type Schedule = {
  kind: "cron" | "interval";
  cron: string;
  zone: string;
  every: string;
  unit: Unit;
  /** As the browser's field for a time gives it, in this machine's time; empty for none. */
  start: string;
  end: string;
  catchUp: boolean;
  /** How many of its runs may go on at a time. */
  most: string;
  /** Whether each run takes the version that is the newest then. */
  newest: boolean;
};

export const PRESETS = [
  { label: "Every hour", cron: "0 0 * * * *" },
  { label: "Every day at 09:00", cron: "0 0 9 * * *" },
  { label: "Weekdays at 09:00", cron: "0 0 9 * * 1-5" },
  { label: "Mondays at 09:00", cron: "0 0 9 * * 1" },
  { label: "First of the month", cron: "0 0 9 1 * *" },
] as const;

export function newSchedule(zone: string): Schedule {
  return {
    kind: "cron",
    cron: "0 0 9 * * *",
    zone,
    every: "60",
    unit: "minutes",
    start: "",
    end: "",
    catchUp: true,
    most: "1",
    newest: true,
  };
}

/** What the server is asked for the next times with; null where the form can't be right. */
export function previewOf(schedule: Schedule): Record<string, string | number> | null {
  const limits = { ...limit("start", schedule.start), ...limit("end", schedule.end) };
  if (schedule.kind === "cron")
    return schedule.cron.trim() ? { cron: schedule.cron.trim(), time_zone: schedule.zone, ...limits } : null;
  const interval = seconds(schedule);
  return interval ? { interval, ...limits } : null;
}

export function triggerOf(schedule: Schedule): TriggerInput {
  const limits = { ...limit("start_time", schedule.start), ...limit("end_time", schedule.end) };
  if (schedule.kind === "cron")
    return { cron_schedule: { cron: schedule.cron.trim(), time_zone: schedule.zone, ...limits } };
  return { periodic_schedule: { interval_second: seconds(schedule), ...limits } };
}

/** What is wrong with it, as far as the server needn't be asked. */
export function scheduleProblems(schedule: Schedule): Partial<Record<keyof Schedule, string>> {
  const problems: Partial<Record<keyof Schedule, string>> = {};
  if (schedule.kind === "cron" && !schedule.cron.trim()) problems.cron = "Give a cron expression.";
  if (schedule.kind === "interval" && !seconds(schedule)) problems.every = "Give a number above 0.";
  if (schedule.start && schedule.end && schedule.end <= schedule.start) problems.end = "It ends before it starts.";
  if (!/^([1-9]|10)$/.test(schedule.most.trim())) problems.most = "Give a whole number from 1 to 10.";
  return problems;
}

/** An interval's whole seconds; 0 where it is none. */
function seconds(schedule: Schedule): number {
  const count = Number(schedule.every);
  return Number.isFinite(count) && count > 0 ? Math.round(count * UNITS[schedule.unit]) : 0;
}

function limit<N extends string>(name: N, local: string): Partial<Record<N, string>> {
  if (!local) return {};
  return { [name]: new Date(local).toISOString() } as Record<N, string>;
}
