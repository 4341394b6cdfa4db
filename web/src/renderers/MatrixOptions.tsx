import { NativeSelect, SegmentedControl, Switch } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import type { Order, Shown } from "./matrix";

/** How somebody reads confusion matrices; they are all read alike. */
export type MatrixLook = { shown: Shown; order: Order; transposed: boolean };

const USUAL: MatrixLook = { shown: "counts", order: "given", transposed: false };

export function useMatrixLook() {
  return useLocalStorage<MatrixLook>({
    key: "barograph-matrix",
    defaultValue: USUAL,
    getInitialValueInEffect: false,
    deserialize: (kept) => ({ ...USUAL, ...parsed(kept) }),
  });
}

function parsed(kept: string | undefined): Partial<MatrixLook> {
  try {
    return JSON.parse(kept ?? "{}");
  } catch {
    return {};
  }
}

export function MatrixOptions({ look, onLook }: { look: MatrixLook; onLook: (look: MatrixLook) => void }) {
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="What the cells show"
        value={look.shown}
        onChange={(shown) => onLook({ ...look, shown: shown as Shown })}
        data={[
          { value: "counts", label: "Counts" },
          { value: "rows", label: "% of true class" },
          { value: "columns", label: "% of predicted class" },
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label="Order of the classes"
        value={look.order}
        onChange={(event) => onLook({ ...look, order: event.currentTarget.value as Order })}
        data={[
          { value: "given", label: "Classes as logged" },
          { value: "name", label: "Classes by name" },
          { value: "confusion", label: "Most confused first" },
        ]}
      />
      <Switch
        size="xs"
        label="True classes as columns"
        checked={look.transposed}
        onChange={(event) => onLook({ ...look, transposed: event.currentTarget.checked })}
      />
    </>
  );
}
