/** What there is to filter by. */
import { queryOptions } from "@tanstack/react-query";
import { api, body } from "@/api/client";

export const pipelineNamesQuery = queryOptions({
  queryKey: ["pipelines", "names"],
  queryFn: async ({ signal }) => {
    const found = await body(
      api.GET("/apis/v2beta1/pipelines", { params: { query: { page_size: 200, sort_by: "name" } }, signal }),
    );
    return (found.pipelines ?? []).map((each) => each.name).sort();
  },
});

export const experimentsQuery = queryOptions({
  queryKey: ["experiments", "choices"],
  queryFn: async ({ signal }) => {
    const found = await body(api.GET("/apis/v2beta1/experiments", { params: { query: { page_size: 200 } }, signal }));
    return found.experiments ?? []; // what is empty is left out of KFP's messages
  },
});
