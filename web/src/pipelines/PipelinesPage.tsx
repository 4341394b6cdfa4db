/** The pipelines that this server keeps. */
import { Button, Skeleton, Stack } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { More } from "@/parts/More";
import { Page } from "@/parts/Page";
import { SearchField } from "@/parts/SearchField";
import { PipelinesTable } from "./PipelinesTable";
import classes from "./pipelines.module.css";
import { pipelinesQuery } from "./queries";
import { UploadDialog } from "./UploadDialog";
import { useDrop } from "./useDrop";

const route = getRouteApi("/pipelines");

export function PipelinesPage() {
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const [uploading, setUploading] = useState<{ file: File | null } | null>(null);
  const over = useDrop((file) => setUploading({ file }));
  const list = useInfiniteQuery({ ...pipelinesQuery(q), placeholderData: keepPreviousData });
  const pipelines = list.data?.pages.flatMap((page) => page.pipelines) ?? [];
  return (
    <Page
      title="Pipelines"
      actions={
        <Button leftSection={<IconUpload size={16} aria-hidden />} onClick={() => setUploading({ file: null })}>
          Upload
        </Button>
      }
    >
      <Stack gap="md" className={classes.drop} data-over={over || undefined}>
        <SearchField
          label="Search pipelines"
          value={q}
          onChange={(next) => navigate({ search: { q: next }, replace: true })}
        />
        {list.error ? (
          <Failure error={list.error} what="The list of pipelines" retry={list.refetch} />
        ) : list.isPending ? (
          <Skeleton height={220} aria-label="Loading" />
        ) : pipelines.length ? (
          <PipelinesTable pipelines={pipelines} />
        ) : q ? (
          <Empty title={`No pipeline's name holds “${q}”`} />
        ) : (
          <Empty title="There is no pipeline yet" command="barograph pipeline upload weather.yaml">
            A pipeline is compiled once with the KFP SDK and kept here by name, in versions that never change. Upload it
            by this command, drop a file on this page, or use the button above.
          </Empty>
        )}
        {pipelines.length > 0 && <More list={list} shown={pipelines.length} total={list.data?.pages[0]?.total ?? 0} />}
      </Stack>
      {uploading && (
        <UploadDialog
          key={uploading.file?.lastModified} // another file that is dropped begins anew
          of={null}
          dropped={uploading.file}
          close={() => setUploading(null)}
        />
      )}
    </Page>
  );
}
