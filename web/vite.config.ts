import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The server takes requests only from its own pages: the browser's Host must reach it as it is.
const SERVER = { target: process.env.BAROGRAPH_SERVER ?? "http://127.0.0.1:8888", changeOrigin: false };

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: { outDir: "../src/barograph/ui", emptyOutDir: true, target: "es2023", chunkSizeWarningLimit: 2000 },
  worker: { format: "es" },
  server: { proxy: { "/apis": SERVER, "/login": SERVER, "/logout": SERVER } },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
