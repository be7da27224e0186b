import { mkdirSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The last handler: what nobody foresaw becomes one line for the person and a report for whoever mends it. Used by the command line and by Electron's
 * processes.
 * @param where  what was running, in a few words
 * @param folder where reports go; the system's folder for temporary files unless told
 * @returns the line, without an end of line
 */
export function unforeseen(error: unknown, where: string, folder = tmpdir()): string {
  const words = (error instanceof Error ? error.message || error.name : String(error)).replace(/\s*\n\s*/g, ' ');
  const said = `${where}: a fault of Iterscope itself: ${words.slice(0, 300)}`;
  const file = join(folder, `iterscope-report-${new Date().toISOString().replace(/[:.]/g, '-')}-${process.pid}.txt`);
  const report = [
    `Iterscope, ${where}, ${new Date().toISOString()}`,
    `Node ${process.versions.node}, ${process.platform} ${release()} ${process.arch}`,
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    '',
  ].join('\n');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, report, { flag: 'wx' });
    return `${said} (a report is in ${file})`;
  } catch {
    return said;
  }
}

/**
 * Hands over rejections that nobody handles. Electron's utility process tells of some before those who wait for them had their turn (a promise that an
 * async function returns, say): what is handled a moment later is none.
 */
export function onUnhandled(tell: (error: unknown) => void): void {
  const open = new Set<Promise<unknown>>();
  process.on('rejectionHandled', (promise) => open.delete(promise));
  process.on('unhandledRejection', (error, promise) => {
    open.add(promise);
    setTimeout(() => {
      if (open.delete(promise)) tell(error);
    }, 50);
  });
}
