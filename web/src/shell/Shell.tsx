/** What is around every screen: the way to the others, the search, light or dark. */
import { ActionIcon, AppShell, Burger, Group, Kbd, NavLink, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconBox,
  IconCalendarRepeat,
  IconFlask2,
  IconHome,
  IconPlayerPlay,
  IconPlus,
  IconRoute,
  IconSearch,
} from "@tabler/icons-react";
import { Link, Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { Boundary } from "@/parts/Failure";
import { Live } from "./Live";
import { LogOut } from "./LogOut";
import { SchemeSwitch } from "./SchemeSwitch";
import classes from "./Shell.module.css";
import { useKeys } from "./useKeys";

const Palette = lazy(() => import("./Palette"));
const Help = lazy(() => import("./Help"));

const PLACES = [
  { to: "/", label: "Home", icon: IconHome },
  { to: "/runs", label: "Runs", icon: IconPlayerPlay },
  { to: "/pipelines", label: "Pipelines", icon: IconRoute },
  { to: "/experiments", label: "Experiments", icon: IconFlask2 },
  { to: "/recurring-runs", label: "Recurring runs", icon: IconCalendarRepeat },
  { to: "/artifacts", label: "Artifacts", icon: IconBox },
] as const;

export function Shell() {
  const [open, { toggle, close }] = useDisclosure();
  const [dialog, setDialog] = useState<"palette" | "help" | null>(null);
  useKeys(setDialog);
  const shut = () => setDialog(null);
  return (
    <AppShell header={{ height: 48 }} navbar={{ width: 190, breakpoint: "sm", collapsed: { mobile: !open } }}>
      <a className="skip-link" href="#content">
        To the content
      </a>
      <AppShell.Header className={classes.header}>
        <Group gap="xs" wrap="nowrap">
          <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
          <Link to="/" className={classes.name}>
            <img src="/favicon.svg" alt="" width={22} height={22} />
            <Text fw={700} component="span">
              Barograph
            </Text>
          </Link>
        </Group>
        <Group gap="xs" wrap="nowrap">
          <Live />
          <UnstyledButton
            className={classes.search}
            aria-keyshortcuts="Control+K Meta+K"
            aria-haspopup="dialog"
            onClick={() => setDialog("palette")}
          >
            <IconSearch size={15} aria-hidden />
            <span>Search or jump to…</span>
            <Kbd size="xs">Ctrl K</Kbd>
          </UnstyledButton>
          <SchemeSwitch />
          <LogOut />
          <Tooltip label="New run">
            <ActionIcon
              variant="filled"
              size="lg"
              aria-label="New run"
              renderRoot={(rest) => <Link {...rest} to="/runs/new" />}
            >
              <IconPlus size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Screens">
        {PLACES.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            label={label}
            leftSection={<Icon size={17} aria-hidden />}
            onClick={close}
            className={classes.place}
            renderRoot={(rest) => <Link {...rest} to={to} activeOptions={{ exact: to === "/" }} />}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main className={classes.main} id="content" tabIndex={-1}>
        <Boundary what="This page">
          <Outlet />
        </Boundary>
      </AppShell.Main>
      <Suspense>
        {dialog === "palette" && <Palette close={shut} help={() => setDialog("help")} />}
        {dialog === "help" && <Help close={shut} />}
      </Suspense>
    </AppShell>
  );
}
