import { expect, it } from "vitest";
import type { Hits } from "@/api/client";
import { sections } from "./entries";

const created_at = "2030-01-01T00:00:00Z";
const HITS: Hits = {
  runs: [
    {
      id: "r",
      name: "weather 1",
      state: "FAILED",
      pipeline: "weather",
      experiment: "Default",
      archived: true,
      created_at,
    },
  ],
  pipelines: [{ id: "p", name: "weather", display_name: "weather", description: "photos", created_at }],
  versions: [],
  experiments: [],
  artifacts: [],
};

it("without words there are the commands", () => {
  expect(sections(" ", HITS).map(({ title }) => title)).toEqual(["Commands"]);
});

it("what was found comes first, a pipeline with a run of it, and commands that fit follow", () => {
  const [runs, pipelines, commands] = sections("weather", HITS);
  expect(runs?.entries[0]).toMatchObject({ label: "weather 1", hint: "failed · weather · Default · archived" });
  expect(pipelines?.entries.map(({ label }) => label)).toEqual(["weather", "New run of weather"]);
  expect(commands).toBeUndefined();
  expect(sections("go pipe", undefined).map(({ entries }) => entries.map(({ label }) => label))).toEqual([
    ["Go to Pipelines"],
  ]);
});

it("no two entries have the same id", () => {
  const ids = sections("e", HITS).flatMap(({ entries }) => entries.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});
