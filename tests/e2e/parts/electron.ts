import { _electron, test as base } from '@playwright/test';
import type { ElectronApplication } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver } from './driver.ts';
import { root } from './driver.ts';
import { watchPage } from './watch.ts';

/** The Electron to drive; `npm test` finds one and says so here. */
const executable = process.env['ITERSCOPE_ELECTRON'];

/** Starts the built app with its own, empty profile. */
export async function launch(profile: string, files: readonly string[] = []): Promise<ElectronApplication> {
  if (executable === undefined)
    throw new Error('ITERSCOPE_ELECTRON names no Electron (npm test -- electron finds one)');
  const start = (): Promise<ElectronApplication> =>
    _electron.launch({
      executablePath: executable,
      args: ['--no-sandbox', `--user-data-dir=${profile}`, root, ...files],
      cwd: root,
      timeout: 40_000,
    });
  // On a busy machine the debugger's handshake with a starting Electron is now and then lost: that is not the app's doing.
  return start().catch(start);
}

/** The engine's process id, as the main process knows it. */
export const enginePid = (app: ElectronApplication): Promise<number> =>
  app.evaluate(({ app: main }) => {
    const found = main.getAppMetrics().find((process) => process.name === 'Iterscope engine');
    if (found === undefined) throw new Error('no engine process');
    return found.pid;
  });

/** Tests in a real Electron. */
export const test = base.extend<{ profile: string; app: ElectronApplication; driver: Driver }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures' names from the pattern
  profile: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'iterscope-electron-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  app: async ({ profile }, use) => {
    const app = await launch(profile);
    await use(app);
    await app.close();
  },
  driver: async ({ app, profile }, use, info) => {
    const page = await app.firstWindow();
    const complaints = watchPage(page);
    const resize = (width: number, height: number): Promise<void> =>
      app.evaluate(
        ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]!.setContentSize(size.width, size.height),
        { width, height },
      );
    await resize(1440, 900);
    await use({
      name: 'electron',
      page,
      async open(...paths) {
        // The system's dialog is the one thing that can't be driven: its answer is given.
        await app.evaluate(({ dialog }, filePaths) => {
          dialog.showOpenDialog = async () => ({ canceled: false, filePaths });
        }, paths);
        await page.getByRole('button', { name: 'Open…' }).first().click();
      },
      async saved(action) {
        const folder = mkdtempSync(join(profile, 'saved-'));
        await app.evaluate(({ dialog }, into) => {
          const state = globalThis as { savedAs?: string };
          delete state.savedAs;
          dialog.showSaveDialog = (async (_window: unknown, options: { defaultPath: string }) => {
            const filePath = `${into}/${options.defaultPath.split('/').at(-1)}`;
            state.savedAs = filePath;
            return { canceled: false, filePath };
          }) as typeof dialog.showSaveDialog;
        }, folder);
        await action();
        await base.expect
          .poll(() => app.evaluate(() => (globalThis as { savedAs?: string }).savedAs ?? ''))
          .not.toBe('');
        return app.evaluate(() => (globalThis as { savedAs?: string }).savedAs!);
      },
      async killEngine() {
        process.kill(await enginePid(app), 'SIGKILL');
      },
      resize,
    });
    if (info.status !== info.expectedStatus) await page.screenshot({ path: info.outputPath('failed.png') });
    complaints.expectNone();
  },
});
