/** Colours of curves and bars, which are read in light and in dark. */
export const PALETTE = [
  "#3b82d9",
  "#d9730d",
  "#2b9a66",
  "#c2418f",
  "#8b5cf6",
  "#0e9aa7",
  "#b08900",
  "#dc4c4c",
  "#6b8e23",
  "#8a6d5b",
];
