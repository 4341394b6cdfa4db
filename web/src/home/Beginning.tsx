import { Link } from "@tanstack/react-router";
import { Command, Empty } from "@/parts/Empty";
import classes from "./Home.module.css";

/** The first screen while nothing has run yet: how one begins. */
export function Beginning() {
  return (
    <Empty title="No runs yet">
      <p>Write a pipeline with KFP's SDK, compile it, and run it. The run appears here.</p>
      <ol className={classes.steps}>
        <li>
          Compile it: <Command text="kfp dsl compile --py pipeline.py --output pipeline.yaml" />
        </li>
        <li>
          Run it: <Command text="barograph run pipeline.yaml" />
        </li>
      </ol>
      <p>
        Or <Link to="/pipelines">upload the compiled pipeline</Link> and start it from its form. In a checkout of
        Barograph, <code>make run</code> runs the weather pipeline on sample photos.
      </p>
    </Empty>
  );
}
