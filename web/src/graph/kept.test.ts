import { expect, it } from "vitest";
import { read, write } from "./kept";

it("keeps nothing where the browser has no database", async () => {
  await write("key", 1);
  expect(await read("key")).toBeUndefined();
});
