/** The photos behind a cell of a confusion matrix, as a contact sheet: those the model was surest of first. */
import { CloseButton, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { short } from "@/format/numbers";
import { Failure } from "@/parts/Failure";
import { More } from "@/parts/More";
import classes from "./CellPhotos.module.css";

const PAGE = 60;

export function CellPhotos(props: {
  /** The id of the predictions table; null where the task wrote none. */
  predictions: string | null;
  truth: string;
  predicted: string;
  close: () => void;
}) {
  const { predictions, truth, predicted, close } = props;
  return (
    <Stack gap="xs" className="card" p="sm">
      <Group justify="space-between" wrap="nowrap">
        <Title order={3} size="h6">
          {truth === predicted ? `${truth}, recognised` : `${truth} taken for ${predicted}`}
        </Title>
        <CloseButton aria-label="Close the photos" onClick={close} />
      </Group>
      {predictions ? (
        <Photos {...{ predictions, truth, predicted }} />
      ) : (
        <Text size="sm" className="muted">
          The task wrote no table of its predictions, so the photos behind this cell are not known. eval_model writes
          one as its output <code>predictions</code>.
        </Text>
      )}
    </Stack>
  );
}

function Photos({ predictions, truth, predicted }: { predictions: string; truth: string; predicted: string }) {
  const found = useInfiniteQuery({
    queryKey: ["artifact", predictions, "rows", truth, predicted],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/apis/barograph/v1/artifacts/{artifact_id}/rows", {
          params: {
            path: { artifact_id: predictions },
            query: {
              equals: [`true=${truth}`, `predicted=${predicted}`],
              sort: "score desc",
              limit: PAGE,
              after: pageParam,
            },
          },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (found.error) return <Failure error={found.error} what="The photos" retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton height={120} />;
  const rows = found.data.pages.flatMap((page) =>
    page.rows.map((row) => Object.fromEntries(page.columns.map((column, place) => [column.name, row[place]]))),
  );
  if (!rows.length) return <Text size="sm">No photo is in this cell.</Text>;
  return (
    <>
      <ul className={classes.sheet}>
        {rows.map((row) => (
          <li key={String(row.name)}>
            <figure>
              {row.thumbnail ? (
                <img src={String(row.thumbnail)} alt={`${row.name}, which is ${truth}`} loading="lazy" />
              ) : null}
              <figcaption title={String(row.name)}>
                <span className={classes.name}>{String(row.name)}</span>
                <span className="number">
                  {typeof row.score === "number" ? short(Number(row.score.toFixed(3))) : ""}
                </span>
              </figcaption>
            </figure>
          </li>
        ))}
      </ul>
      <More list={found} shown={rows.length} total={found.data.pages[0]?.total ?? 0} />
    </>
  );
}
