import { Code, Modal, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { Copy } from "@/parts/Copy";
import { Failure } from "@/parts/Failure";
import classes from "./Run.module.css";

const codeQuery = (runId: string) =>
  queryOptions({
    queryKey: ["run", runId, "as-code"],
    queryFn: ({ signal }) =>
      body(api.GET("/apis/barograph/v1/runs/{run_id}/as-code", { params: { path: { run_id: runId } }, signal })),
  });

const FORMS = [
  ["cli", "Command"],
  ["python", "Python"],
  ["curl", "curl"],
] as const;

/** How the same run is started again, to be copied. */
export function AsCode({ runId, opened, onClose }: { runId: string; opened: boolean; onClose: () => void }) {
  const code = useQuery({ ...codeQuery(runId), enabled: opened });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Start the same run again"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {code.error && <Failure error={code.error} what="The code" retry={() => void code.refetch()} />}
      {code.isPending && <Skeleton h={160} />}
      {code.data && (
        <Tabs defaultValue="cli" keepMounted={false}>
          <Tabs.List>
            {FORMS.map(([form, word]) => (
              <Tabs.Tab key={form} value={form}>
                {word}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {FORMS.map(([form, word]) => (
            <Tabs.Panel key={form} value={form} pt="sm">
              <div className={classes.code}>
                <Code block tabIndex={0} pr={36} className={classes.wrapped}>
                  {code.data[form]}
                </Code>
                <Copy value={code.data[form]} label={`Copy as ${word}`} />
              </div>
            </Tabs.Panel>
          ))}
          <Stack gap={4} mt="sm">
            {code.data.notes.map((note) => (
              <Text key={note} size="sm" className="muted">
                {note}
              </Text>
            ))}
          </Stack>
        </Tabs>
      )}
    </Modal>
  );
}
