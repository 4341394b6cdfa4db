import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Empty } from "@/parts/Empty";

export function NotFound() {
  return (
    <Empty title="There is no such page">
      The address may be mistyped, or from another version.{" "}
      <Anchor underline="always" renderRoot={(rest) => <Link {...rest} to="/runs" />}>
        See the runs
      </Anchor>
    </Empty>
  );
}
