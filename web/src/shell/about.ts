import { queryOptions } from "@tanstack/react-query";
import { api, body } from "@/api/client";

/** Which server this is. */
export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: ({ signal }) => body(api.GET("/apis/barograph/v1/about", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
