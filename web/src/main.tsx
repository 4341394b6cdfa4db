import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./styles.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/queries";
import { pathOf } from "./kfp-routes";
import "./parts/clipboard";
import { router } from "./router";
import { theme } from "./theme";

// The addresses that KFP's SDK prints stand after a `#`.
const path = pathOf(window.location.hash);
if (path) window.history.replaceState(null, "", path);
window.addEventListener("hashchange", () => {
  const next = pathOf(window.location.hash);
  if (next) router.history.replace(next);
});

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
