// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import type { RunChange, RunList, RunRow, State } from "@/api/client";
import { chosen, keyMetric, nextSort } from "./columns";
import { conditionText } from "./conditions";
import { changed, type Pages, withFresh, without } from "./list";
import { runsSearch } from "./search";

const run = (id: string, state: State = "RUNNING") => ({ id, name: id, state, error: "" }) as RunRow;
const page = (runs: RunRow[], total: number, next_page_token = ""): RunList => ({
  runs,
  total,
  next_page_token,
  metric_names: [],
});
const pages = (...lists: RunList[]): Pages => ({ pages: lists, pageParams: lists.map(() => "") });
const ids = (found: Pages) => found.pages.map((each) => each.runs.map((row) => row.id).join(""));

describe("the loaded pages", () => {
  it("take what is new ahead, and hold nothing twice", () => {
    const loaded = pages(page([run("c"), run("b")], 4, "x"), page([run("a"), run("e")], 4));
    const found = withFresh(loaded, page([run("d"), run("e")], 5, "y"));
    expect(ids(found)).toEqual(["decb", "a"]);
    expect(found.pages[0]?.total).toBe(5);
    expect(found.pages[0]?.next_page_token).toBe("x");
  });

  it("are what the server says where that is all of them", () => {
    expect(ids(withFresh(pages(page([run("b"), run("a")], 2)), page([run("a")], 1)))).toEqual(["a"]);
  });

  it("show a change of state in place, and leave out what a filter no longer lets through", () => {
    const ended = { run_id: "b", name: "b", state: "SUCCEEDED", error: "" } as RunChange;
    const loaded = pages(page([run("c"), run("b")], 2));
    const changes = new Map([["b", ended]]);
    expect(changed(loaded, changes).pages[0]?.runs[1]?.state).toBe("SUCCEEDED");
    expect(ids(changed(loaded, changes, ["RUNNING"]))).toEqual(["c"]);
  });

  it("lose what is archived", () => {
    const found = without(pages(page([run("c"), run("b")], 2)), new Set(["c"]));
    expect(ids(found)).toEqual(["b"]);
    expect(found.pages[0]?.total).toBe(1);
  });
});

describe("columns", () => {
  it("suggest the metric that says most", () => {
    expect(keyMetric(["a/m/loss", "eval/m/accuracy", "eval/m/f1_dew"])).toBe("eval/m/accuracy");
    expect(keyMetric(["eval/m/accuracy", "eval/m/weighted_f1"])).toBe("eval/m/weighted_f1");
    expect(keyMetric([])).toBeUndefined();
  });

  it("go by their long names where the short ones are the same", () => {
    expect(chosen(["metric:a/m/f1", "metric:b/m/f1", "param:epochs"]).map((each) => each.label)).toEqual([
      "a/m/f1",
      "b/m/f1",
      "epochs",
    ]);
  });

  it("are sorted the one way, the other way, and not at all", () => {
    expect(nextSort(undefined, "name")).toBe("name desc");
    expect(nextSort("name desc", "name")).toBe("name");
    expect(nextSort("name", "name")).toBeUndefined();
  });
});

it("a condition is written as a person reads it", () => {
  expect(conditionText("metric:eval/metrics/f1>=0.8")).toBe("f1 ≥ 0.8");
  expect(conditionText("param:data_uri~winter=2")).toBe("data_uri holds winter=2");
  expect(conditionText("param:note=")).toBe('note = ""');
  expect(conditionText("what")).toBe("what");
});

it("an address says what is listed, and no columns are not the same as none said", () => {
  expect(runsSearch({ q: 12, where: "metric:a/b/c>1", columns: [] })).toMatchObject({
    q: "12",
    where: ["metric:a/b/c>1"],
    columns: [],
  });
  expect(runsSearch({}).columns).toBeUndefined();
  expect(runsSearch({ selected: "a,b,a" }).selected).toBe("a,b");
});
