import { defineConfig } from '@playwright/test';

// Two projects: the built app in real Chromium, and in a real Electron. Both walk the same story (tests/e2e/story).
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'artifacts/playwright',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json']],
  projects: [
    { name: 'chromium', testMatch: 'browser/**/*.spec.ts' },
    // The page of the old runtime that tests have (Electron 22) may crash behind a screenshot. Once more, then; what passes at the second try is told
    // (scripts/test.mjs).
    { name: 'electron', testMatch: 'electron/**/*.spec.ts', retries: 1 },
  ],
});
