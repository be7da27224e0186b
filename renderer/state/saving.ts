import type { EngineApi, SessionEntry } from '../../core/engine/protocol.ts';
import type { ExportFormat } from '../../core/trace/export/index.ts';
import type { Host } from '../host/host.ts';
import type { Following } from './jobs.svelte.ts';

type Program = Pick<SessionEntry, 'session' | 'program'>;

/** Writes a file that the person chooses, in pieces, each when the one before has been taken. */
async function save(
  host: Host,
  control: Following,
  name: string,
  bytes: number,
  write: (control: Following) => Promise<unknown>,
): Promise<undefined> {
  const file = await host.saveInPieces(name, bytes);
  if (file === null) return;
  try {
    await write({
      ...control,
      progress: ({ output, piece }) => {
        const ready = piece ?? output;
        return ready === undefined ? undefined : file.write(ready);
      },
    });
  } catch (error) {
    await file.end(false);
    throw error;
  }
  await file.end(true);
}

/** Saves a program's log of one level. */
export async function saveLog(
  host: Host,
  engine: EngineApi,
  control: Following,
  { session, program }: Program,
  level: 1 | 2,
): Promise<undefined> {
  const { bytes } = await engine.logInfo(session, level, control);
  return save(host, control, `${program}.log`, bytes, (to) => engine.logText(session, level, to));
}

/** Saves a session in a format that is written piece by piece. */
export async function savePieces(
  host: Host,
  engine: EngineApi,
  control: Following,
  { session, program }: Program,
  format: ExportFormat,
  extension: string,
): Promise<undefined> {
  const bytes = await engine.exportSize(session, format, control);
  return save(host, control, `${program}.${extension}`, bytes, (to) => engine.exportPieces(session, format, to));
}
