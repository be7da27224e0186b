import type { EngineApi } from '../../core/engine/protocol.ts';
import type { Host } from '../host/host.ts';
import type { Following } from './jobs.svelte.ts';

/** Writes a program's log to a file that the person chooses: in pieces, each when the one before has been taken. */
export async function writeLog(
  host: Host,
  engine: EngineApi,
  control: Following,
  { session, program }: { readonly session: number; readonly program: string },
  level: 1 | 2,
): Promise<undefined> {
  const { bytes } = await engine.logInfo(session, level, control);
  const file = await host.saveInPieces(`${program}.log`, bytes);
  if (file === null) return;
  try {
    await engine.logText(session, level, {
      ...control,
      progress: ({ output }) => (output === undefined ? undefined : file.write(output)),
    });
  } catch (error) {
    await file.end(false);
    throw error;
  }
  await file.end(true);
}
