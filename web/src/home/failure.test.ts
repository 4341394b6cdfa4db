import { expect, it } from "vitest";
import { failureText } from "./failure";

const task = { path: "train", error: "its command ended with exit code 1\nmore", said: "" };

it("a failure is told by the first task that failed and what it said last", () => {
  const said = { ...task, said: "ValueError: no photos" };
  const wordy = { ...task, said: "Error: the folder is empty" };
  expect(failureText({ tasks: [wordy], total: 1 }, "x")).toBe("train: the folder is empty");
  expect(failureText({ tasks: [said], total: 1 }, "x")).toBe("train: ValueError: no photos");
  expect(failureText({ tasks: [said, task], total: 5 }, "x")).toBe("train: ValueError: no photos (and 4 more failed)");
});

it("where nothing was said, its error is told; where no task failed, what the run says", () => {
  expect(failureText({ tasks: [task], total: 1 }, "x")).toBe("train: its command ended with exit code 1");
  expect(failureText({ tasks: [], total: 0 }, "it took too long")).toBe("it took too long");
});
