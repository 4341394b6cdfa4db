import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Page } from "@/parts/Page";
import { RunsTable } from "./RunsTable";

export function RunsPage() {
  return (
    <Page title="Runs" filled actions={<NewRun />}>
      <RunsTable height="100%" />
    </Page>
  );
}

function NewRun() {
  return (
    <Button leftSection={<IconPlus size={16} aria-hidden />} renderRoot={(rest) => <Link {...rest} to="/runs/new" />}>
      New run
    </Button>
  );
}
