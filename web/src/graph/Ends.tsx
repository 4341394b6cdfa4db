import { Handle, Position } from "@xyflow/react";
import classes from "./Graph.module.css";

/** Without these no edge is drawn, though its way comes from the layout. */
export function Ends() {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} className={classes.end} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} className={classes.end} />
    </>
  );
}
