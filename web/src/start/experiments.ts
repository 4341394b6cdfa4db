/** The experiments that a run may belong to. */
import { queryOptions } from "@tanstack/react-query";
import { api, body } from "@/api/client";

const PATH = "/apis/v2beta1/experiments";

/** Those that are not archived, by id and name, the one with the newest run first. */
export const experimentsQuery = queryOptions({
  queryKey: ["experiments", "names"],
  queryFn: async ({ signal }) => {
    const query = { page_size: 200, sort_by: "last_run_created_at desc" };
    const { experiments } = await body(api.GET(PATH, { params: { query }, signal }));
    return (experiments ?? [])
      .filter((each) => each.storage_state !== "ARCHIVED")
      .map((each) => ({ id: each.experiment_id, name: each.display_name }));
  },
});

/** The id of the experiment with this name; it is made if there is none. */
export async function experimentNamed(name: string, known: { id: string; name: string }[]): Promise<string> {
  const found = known.find((each) => each.name === name || each.id === name);
  if (found) return found.id;
  const made = await body(
    api.POST(PATH, {
      body: {
        display_name: name,
        description: "",
        experiment_id: "",
        namespace: "",
        storage_state: "STORAGE_STATE_UNSPECIFIED",
      },
    }),
  );
  return made.experiment_id;
}
