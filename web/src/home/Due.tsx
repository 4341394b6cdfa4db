import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { clock } from "@/format/time";
import { Failure } from "@/parts/Failure";
import { Time } from "@/parts/Time";
import classes from "./Home.module.css";
import { dueQuery } from "./queries";
import { Section } from "./Section";

const FEW = 5;

/** The recurring runs whose time comes next. */
export function Due() {
  const { data, error, refetch } = useQuery(dueQuery);
  return (
    <Section title="Due next" more={<Link to="/recurring-runs">All recurring runs</Link>}>
      {error && !data && <Failure error={error} what="What is due" retry={refetch} />}
      {data && !data.length && (
        <p className="muted">
          Nothing is due.{" "}
          <Link to="/runs/new" search={{ recurring: true }}>
            Have a pipeline run again and again
          </Link>
        </p>
      )}
      {data?.slice(0, FEW).map((each) => (
        <div key={each.id} className={classes.line}>
          <span className={classes.name}>
            <Link to="/recurring-runs/$recurringRunId" params={{ recurringRunId: each.id }}>
              {each.name}
            </Link>
          </span>
          <span className="muted number">{clock(each.at)}</span>
          <span className={classes.time}>
            <Time at={each.at} />
          </span>
        </div>
      ))}
    </Section>
  );
}
