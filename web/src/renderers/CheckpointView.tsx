/** A checkpoint of PyTorch's: what it says of itself, and its tensors. */
import { Stack, Text, Title } from "@mantine/core";
import type { CheckpointPreview } from "@/api/client";
import { bytes, whole, written } from "@/format/numbers";
import { Wide } from "@/parts/Wide";
import { Term } from "./Term";
import classes from "./Views.module.css";

export function CheckpointView({ found }: { found: CheckpointPreview }) {
  const left = found.tensor_count - found.tensors.length;
  return (
    <Stack gap="sm">
      <Text size="sm">
        A{" "}
        <Term
          name="checkpoint"
          text="What torch.save wrote: the numbers that the model has learned, and whatever its program kept beside them. Barograph reads its table of contents, and runs nothing of it."
        />{" "}
        of PyTorch: {whole(found.tensor_count)} tensors of {whole(found.parameters)} numbers in all, {bytes(found.size)}
        .
      </Text>
      {found.values.length > 0 && (
        <Stack gap={2} component="section">
          <Title order={3} size="h6">
            What it says of itself
          </Title>
          <Wide label="What the checkpoint says of itself" className={classes.scroll}>
            <table className={classes.table}>
              <tbody>
                {found.values.map(({ name, value }) => (
                  <tr key={name}>
                    <th scope="row" className="mono">
                      {name}
                    </th>
                    <td className={classes.wrapped}>{Array.isArray(value) ? value.join(", ") : written(value)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
        </Stack>
      )}
      <Stack gap={2} component="section">
        <Title order={3} size="h6">
          Tensors
        </Title>
        <Wide label="Tensors" className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Type</th>
                <th scope="col" className={classes.right}>
                  Shape
                </th>
                <th scope="col" className={classes.right}>
                  Numbers
                </th>
              </tr>
            </thead>
            <tbody>
              {found.tensors.map(({ name, element, shape }) => (
                <tr key={name}>
                  <th scope="row" className="mono">
                    {name}
                  </th>
                  <td>{element || "–"}</td>
                  <td className={classes.right}>{shape.join(" × ") || "one number"}</td>
                  <td className={classes.right}>{whole(shape.reduce((all, size) => all * size, 1))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
        {left > 0 && (
          <Text size="sm" className="muted">
            and {whole(left)} more
          </Text>
        )}
      </Stack>
    </Stack>
  );
}
