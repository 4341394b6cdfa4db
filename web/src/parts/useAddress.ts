import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { Given } from "./search";

/**
 * What the address says to a part of a screen, and how to change it.
 *
 * @param read Makes it of what stands after `?`, such as a screen's `search.ts`.
 * @returns Also a function that changes some of it: what one can go back from, or in place of what was there before.
 */
export function useAddress<T extends object>(
  read: (given: Given) => T,
): [T, (change: Partial<T>, inPlace?: boolean) => void] {
  const given = useSearch({ strict: false });
  const navigate = useNavigate();
  const search = useMemo(() => read(given), [given, read]);
  const change = useCallback(
    (changed: Partial<T>, inPlace = false) =>
      void navigate({
        to: ".",
        search: (before) => ({ ...before, ...changed }),
        replace: inPlace,
        resetScroll: false,
      }),
    [navigate],
  );
  return [search, change];
}
