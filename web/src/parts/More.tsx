import { Button, Group, Text } from "@mantine/core";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { whole } from "@/format/numbers";

type Pages = Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;

/** Under a list that comes in pages: how much of it is shown, and the next page. */
export function More({ list, shown, total }: { list: Pages; shown: number; total: number }) {
  return (
    <Group gap="sm">
      <Text size="sm" className="muted">
        {whole(shown)} of {whole(total)}
      </Text>
      {list.hasNextPage && (
        <Button
          variant="default"
          size="compact-sm"
          loading={list.isFetchingNextPage}
          onClick={() => list.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </Group>
  );
}
