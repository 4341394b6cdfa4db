/** Which screen is at which path. What a screen shows is in its address; its own `search.ts` says how. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { artifactSearch, artifactsSearch } from "./artifacts/search";
import { compareSearch } from "./compare/search";
import { experimentSearch, experimentsSearch } from "./experiments/search";
import { Failure } from "./parts/Failure";
import { pipelineSearch, pipelinesSearch } from "./pipelines/search";
import { recurringRunSearch, recurringRunsSearch } from "./recurring/search";
import { runSearch } from "./run/search";
import { runsSearch } from "./runs/search";
import { NotFound } from "./shell/NotFound";
import { Shell } from "./shell/Shell";
import { startSearch } from "./start/search";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const at = <const P extends string>(path: P) => ({ getParentRoute: () => root, path });

const home = createRoute({ ...at("/"), component: lazyRouteComponent(() => import("./home/HomePage"), "HomePage") });
const runs = createRoute({
  ...at("/runs"),
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import("./runs/RunsPage"), "RunsPage"),
});
const start = createRoute({
  ...at("/runs/new"),
  validateSearch: startSearch,
  component: lazyRouteComponent(() => import("./start/StartPage"), "StartPage"),
});
const run = createRoute({
  ...at("/runs/$runId"),
  validateSearch: runSearch,
  component: lazyRouteComponent(() => import("./run/RunPage"), "RunPage"),
});
const compare = createRoute({
  ...at("/compare"),
  validateSearch: compareSearch,
  component: lazyRouteComponent(() => import("./compare/ComparePage"), "ComparePage"),
});
const pipelines = createRoute({
  ...at("/pipelines"),
  validateSearch: pipelinesSearch,
  component: lazyRouteComponent(() => import("./pipelines/PipelinesPage"), "PipelinesPage"),
});
const pipeline = createRoute({
  ...at("/pipelines/$pipelineId"),
  validateSearch: pipelineSearch,
  component: lazyRouteComponent(() => import("./pipelines/PipelinePage"), "PipelinePage"),
});
const experiments = createRoute({
  ...at("/experiments"),
  validateSearch: experimentsSearch,
  component: lazyRouteComponent(() => import("./experiments/ExperimentsPage"), "ExperimentsPage"),
});
const experiment = createRoute({
  ...at("/experiments/$experimentId"),
  validateSearch: experimentSearch,
  component: lazyRouteComponent(() => import("./experiments/ExperimentPage"), "ExperimentPage"),
});
const recurringRuns = createRoute({
  ...at("/recurring-runs"),
  validateSearch: recurringRunsSearch,
  component: lazyRouteComponent(() => import("./recurring/RecurringRunsPage"), "RecurringRunsPage"),
});
const recurringRun = createRoute({
  ...at("/recurring-runs/$recurringRunId"),
  validateSearch: recurringRunSearch,
  component: lazyRouteComponent(() => import("./recurring/RecurringRunPage"), "RecurringRunPage"),
});
const artifacts = createRoute({
  ...at("/artifacts"),
  validateSearch: artifactsSearch,
  component: lazyRouteComponent(() => import("./artifacts/ArtifactsPage"), "ArtifactsPage"),
});
const artifact = createRoute({
  ...at("/artifacts/$artifactId"),
  validateSearch: artifactSearch,
  component: lazyRouteComponent(() => import("./artifacts/ArtifactPage"), "ArtifactPage"),
});

const tree = root.addChildren([
  ...[home, runs, start, run, compare, pipelines, pipeline],
  ...[experiments, experiment, recurringRuns, recurringRun, artifacts, artifact],
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} what="This page" retry={reset} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
