/** The next times of a schedule. */
import { Text } from "@mantine/core";
import { exact, relative } from "@/format/time";

export function Times({ times }: { times: string[] }) {
  if (!times.length)
    return (
      <Text size="sm" className="muted">
        No further times.
      </Text>
    );
  return (
    <ol aria-label="Next times" style={{ margin: 0, paddingInlineStart: "1.2rem" }}>
      {times.map((time) => (
        <li key={time}>
          <Text size="sm" span className="number">
            <time dateTime={time}>{exact(time)}</time>
          </Text>{" "}
          <Text size="sm" span className="muted">
            {relative(time)}
          </Text>
        </li>
      ))}
    </ol>
  );
}
