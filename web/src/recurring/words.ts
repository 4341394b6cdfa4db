/** Schedules in words. Pure. */
import type { TriggerOutput } from "@/api/client";

const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const NAMED: Record<string, string> = {
  "@yearly": "every year on 1 January at 00:00",
  "@annually": "every year on 1 January at 00:00",
  "@monthly": "on day 1 of every month at 00:00",
  "@weekly": "every Sunday at 00:00",
  "@daily": "every day at 00:00",
  "@midnight": "every day at 00:00",
  "@hourly": "every hour",
};
const UNITS: [string, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** A trigger, such as `every weekday at 09:00 (Europe/Berlin)`. */
export function triggerWords(trigger: TriggerOutput | null | undefined): string {
  const cron = trigger?.cron_schedule;
  if (cron) return cronWords(cron.cron) + (cron.time_zone ? ` (${cron.time_zone})` : " (UTC)");
  const seconds = Number(trigger?.periodic_schedule?.interval_second ?? 0);
  return seconds ? intervalWords(seconds) : "never";
}

/** Such as `every 10 minutes`: in the largest unit that says it whole. */
export function intervalWords(seconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => seconds % each === 0) ?? ["second", 1];
  return every(seconds / length, unit);
}

/**
 * A cron expression as KFP reads it: six fields, seconds first, where the day of the week may be left out.
 * What can't be read is given as it is: the server says what is wrong with it.
 */
export function cronWords(expression: string): string {
  const text = expression.trim().toLowerCase();
  if (NAMED[text]) return NAMED[text];
  if (text.startsWith("@every ")) return `every ${text.slice(7)}`;
  const fields = text.split(/\s+/).map((each) => each.replaceAll("?", "*"));
  if (fields.length < 5 || fields.length > 6) return expression;
  const [second, minute, hour, day, month, weekday = "*"] = fields as [string, string, string, string, string];
  return [days(day, weekday, /^\d/.test(hour) && !/[-/]/.test(hour)), months(month), time(second, minute, hour)]
    .filter(Boolean)
    .join(" ");
}

function time(second: string, minute: string, hour: string): string {
  const hours = numbers(hour);
  const minutes = numbers(minute);
  const [only] = minutes ?? [];
  const sharp = /^0?0$/.test(second);
  if (hours && minutes && (sharp || /^\d+$/.test(second)))
    return `at ${list(hours.flatMap((h) => minutes.map((m) => clock(h, m, sharp ? "" : second))))}`;
  if (hour === "*" && sharp && minute === "0") return "every hour";
  const small = sharp ? "" : `${second === "*" ? "every second" : steps(second, "second", `at second ${second}`)} of `;
  if (minutes?.length === 1 && sharp)
    return `${steps(hour, "hour", `every hour from ${span(hour, String)}`)}${only ? ` at minute ${only}` : ""}`;
  const within = hour === "*" ? "" : ` of ${steps(hour, "hour", `hour ${span(hour, String)}`)}`;
  if (minute === "*" && second === "*" && !within) return "every second";
  if (minute === "*" && hour === "*" && second.includes("/")) return steps(second, "second", "");
  return `${small}${steps(minute, "minute", `minute ${span(minute, String)}`)}${within}`;
}

/** Words for `*` and a step; `otherwise` for what is neither. */
function steps(field: string, unit: string, otherwise: string): string {
  if (field === "*") return `every ${unit}`;
  const step = /^(?:\*|0)\/(\d+)$/.exec(field);
  return step ? every(Number(step[1]), unit) : otherwise;
}

function days(day: string, weekday: string, clocked: boolean): string {
  if (day === "*" && weekday === "*") return clocked ? "every day" : "";
  const ofMonth = day === "*" ? "" : steps(day, "day", `on day ${span(day, String)}`);
  const names = span(weekday, (each) => DAYS[number(each, DAYS)] ?? each);
  const ofWeek = weekday === "*" ? "" : names === "Monday to Friday" ? "every weekday" : `every ${names}`;
  // Where both are given, one that fits is enough, as in every crontab.
  return [ofMonth, ofWeek].filter(Boolean).join(" and ");
}

function months(month: string): string {
  if (month === "*") return "";
  return `in ${span(month, (each) => MONTHS[number(each, MONTHS) - (/^\d/.test(each) ? 1 : 0)] ?? each)}`;
}

/** The number that a field's text means, which may be the beginning of a name. */
function number(text: string, names: string[]): number {
  if (/^\d+$/.test(text)) return Number(text);
  return names.findIndex((name) => name.slice(0, 3).toLowerCase() === text);
}

/** `1,3-5` with its values named: `1 and 3 to 5`. */
function span(field: string, name: (value: string) => string): string {
  return list(
    field.split(",").map((part) => {
      const [range = "", step] = part.split("/");
      const words = range.split("-").map(name).join(" to ");
      return step ? `every ${step} from ${range === "*" ? "the first" : words}` : words;
    }),
  );
}

function numbers(field: string): number[] | null {
  return /^\d+(,\d+)*$/.test(field) ? field.split(",").map(Number) : null;
}

function clock(hour: number, minute: number, second: string): string {
  const two = (value: number | string) => String(value).padStart(2, "0");
  return `${two(hour)}:${two(minute)}${second ? `:${two(second)}` : ""}`;
}

function every(count: number, unit: string): string {
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;
}

function list(words: string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
