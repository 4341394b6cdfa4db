/** Precision, recall and F1 of each class, in the order of the matrix, and their means. */
import { Stack, Title } from "@mantine/core";
import { memo } from "react";
import type { ConfusionMatrix } from "@/api/client";
import { whole } from "@/format/numbers";
import { Wide } from "@/parts/Wide";
import classes from "./ConfusionMatrix.module.css";
import { type ClassFigures, classFigures, means } from "./matrix";
import { Term } from "./Term";

const FIGURES = ["precision", "recall", "f1"] as const;
const WORDS = { precision: "Precision", recall: "Recall", f1: "F1" };

type Props = { matrix: ConfusionMatrix; places: readonly number[] };

export const ClassTable = memo(({ matrix, places }: Props) => {
  const figures = classFigures(matrix);
  const { macro, weighted } = means(figures);
  return (
    <Stack gap={4} component="section">
      <Title order={3} size="h6">
        By class
      </Title>
      <Wide label="Figures of each class">
        <table className={classes.figures}>
          <thead>
            <tr>
              <th scope="col">Class</th>
              {FIGURES.map((name) => (
                <th key={name} scope="col" className={classes.right}>
                  <Term name={WORDS[name]} />
                </th>
              ))}
              <th scope="col" className={classes.right}>
                <Term name="Support" />
              </th>
            </tr>
          </thead>
          <tbody>
            {places.map((place) => (
              <Row key={place} figures={figures[place]!} />
            ))}
          </tbody>
          <tfoot>
            <Row figures={macro} text="Each class counts the same, however few examples it has (macro)." />
            <Row figures={weighted} text="Each class counts by how many examples it has (weighted)." />
          </tfoot>
        </table>
      </Wide>
    </Stack>
  );
});

function Row({ figures, text }: { figures: ClassFigures; text?: string }) {
  return (
    <tr>
      <th scope="row">{text ? <Term name={figures.label} text={text} /> : figures.label}</th>
      {FIGURES.map((name) => {
        const figure = figures[name];
        return (
          <td key={name} className={classes.right} title={figure === null ? "nothing to divide by" : String(figure)}>
            {figure === null ? "–" : figure.toFixed(3)}
          </td>
        );
      })}
      <td className={classes.right}>{whole(figures.support)}</td>
    </tr>
  );
}
