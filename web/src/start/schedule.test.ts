import { expect, it } from "vitest";
import { newSchedule, previewOf, scheduleProblems, triggerOf } from "./schedule";

const daily = newSchedule("Europe/Berlin");

it("a new schedule is right, and every day at nine", () => {
  expect(scheduleProblems(daily)).toEqual({});
  expect(triggerOf(daily)).toEqual({ cron_schedule: { cron: "0 0 9 * * *", time_zone: "Europe/Berlin" } });
});

it("an interval is sent in seconds", () => {
  const schedule = { ...daily, kind: "interval", every: "1.5", unit: "hours" } as const;
  expect(triggerOf(schedule)).toEqual({ periodic_schedule: { interval_second: 5400 } });
  expect(previewOf(schedule)).toEqual({ interval: 5400 });
});

it("start and end are moments, whatever zone they were typed in", () => {
  const start = new Date(Date.UTC(2030, 0, 1, 12)).toISOString();
  const local = new Date(Date.UTC(2030, 0, 1, 12) - new Date(start).getTimezoneOffset() * 60_000);
  const schedule = { ...daily, start: local.toISOString().slice(0, 16) };
  expect(triggerOf(schedule).cron_schedule?.start_time).toBe(start);
});

it("what is wrong is said where it is wrong, and nothing is asked of the server", () => {
  expect(scheduleProblems({ ...daily, cron: " " })).toHaveProperty("cron");
  expect(previewOf({ ...daily, cron: " " })).toBeNull();
  for (const every of ["", "0", "-1", "soon"]) {
    const schedule = { ...daily, kind: "interval", every } as const;
    expect(scheduleProblems(schedule)).toHaveProperty("every");
    expect(previewOf(schedule)).toBeNull();
  }
  expect(scheduleProblems({ ...daily, start: "2030-01-02T00:00", end: "2030-01-01T00:00" })).toHaveProperty("end");
  for (const most of ["0", "11", "1.5", ""]) expect(scheduleProblems({ ...daily, most })).toHaveProperty("most");
});
