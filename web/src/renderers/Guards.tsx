import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import classes from "./Guards.module.css";
import type { Guard } from "./guards";

/** What was checked of figures, what came of it, and what to do where something is not well. */
export function Guards({ guards }: { guards: Guard[] }) {
  if (!guards.length) return null;
  const well = guards.filter((guard) => guard.ok);
  return (
    <div className={classes.guards}>
      {guards.map((guard) =>
        guard.ok ? null : (
          <div key={guard.text} className={classes.bad}>
            <IconAlertTriangle size={17} role="img" aria-label="Attention" />
            <div>
              <strong>{guard.text}</strong> {guard.advice}
            </div>
          </div>
        ),
      )}
      {well.length > 0 && (
        <div className={classes.ok}>
          <IconShieldCheck size={15} aria-hidden />
          <span>Checked: {well.map((guard) => guard.text).join("; ")}.</span>
        </div>
      )}
    </div>
  );
}
