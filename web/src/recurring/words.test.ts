import { expect, it } from "vitest";
import { cronWords, intervalWords, triggerWords } from "./words";

it.each([
  ["0 0 9 * * *", "every day at 09:00"],
  ["0 30 9 * * mon-fri", "every weekday at 09:30"],
  ["0 0 9,17 ? * 1-5", "every weekday at 09:00 and 17:00"],
  ["15 0 9 * * *", "every day at 09:00:15"],
  ["0 0 * * * *", "every hour"],
  ["0 15 * * * *", "every hour at minute 15"],
  ["0 */10 * * * *", "every 10 minutes"],
  ["0 * * * * *", "every minute"],
  ["* * * * * *", "every second"],
  ["*/30 * * * * *", "every 30 seconds"],
  ["0 0 */6 * * *", "every 6 hours"],
  ["0 0 9-17 * * 1-5", "every weekday every hour from 9 to 17"],
  ["0 0 0 1 * *", "on day 1 at 00:00"],
  ["0 0 8 * 1,7 sun", "every Sunday in January and July at 08:00"],
  ["0 0 8 * dec *", "every day in December at 08:00"],
  ["0 0 8 1 * mon", "on day 1 and every Monday at 08:00"],
  // What a crontab's user writes is not what they mean here, and the words say so.
  ["0 9 * * 1", "in January every hour at minute 9"],
  ["@daily", "every day at 00:00"],
  ["@every 1h30m", "every 1h30m"],
  ["9 * *", "9 * *"],
])("%s is %s", (expression, words) => {
  expect(cronWords(expression)).toBe(words);
});

it("says an interval in its largest whole unit", () => {
  expect([1, 60, 5400, 7200, 86_400].map(intervalWords)).toEqual([
    "every second",
    "every minute",
    "every 90 minutes",
    "every 2 hours",
    "every day",
  ]);
});

it("says the time zone of a cron expression, and reads an interval that is text", () => {
  const cron = { cron: "0 0 9 * * *", time_zone: "Europe/Berlin" };
  expect(triggerWords({ cron_schedule: cron })).toBe("every day at 09:00 (Europe/Berlin)");
  expect(triggerWords({ periodic_schedule: { interval_second: "600" } })).toBe("every 10 minutes");
  expect(triggerWords(null)).toBe("never");
});
