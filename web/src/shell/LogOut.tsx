import { ActionIcon, Tooltip } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { aboutQuery } from "./about";

/** Ends the session of this browser, where the server has sessions. */
export function LogOut() {
  const { data } = useQuery(aboutQuery);
  if (!data?.has_token) return null;
  return (
    <form method="post" action="/logout">
      <Tooltip label="Log out">
        <ActionIcon type="submit" variant="default" size="lg" aria-label="Log out">
          <IconLogout size={18} />
        </ActionIcon>
      </Tooltip>
    </form>
  );
}
