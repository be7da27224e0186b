import type { EngineApi, SessionEntry } from '../../core/engine/protocol.ts';
import type { InputFile } from '../../core/engine/protocol.ts';
import type { Host } from '../host/host.ts';
import { baseName } from '../format.ts';

/** A source that lies beside an object, and how it fits. */
export interface SourceOffer {
  readonly file: InputFile;
  readonly fits: boolean;
  readonly words: string;
}

/** Looks for the source beside an object whose lines are known in part only; null where there is nothing to offer. */
export async function sourceOffer(host: Host, engine: EngineApi, entry: SessionEntry): Promise<SourceOffer | null> {
  if (host.beside === undefined || !entry.file.endsWith('.o')) return null;
  const { sources } = await engine.info(entry.session);
  const missing = sources.filter(({ complete, name }) => !complete && name.endsWith('.c'));
  if (missing.length === 0) return null;
  const [file] = await host.beside(
    entry.file,
    missing.map(({ name }) => baseName(name)),
  );
  if (file === undefined) return null;
  return { file, ...(await engine.checkSource(entry.session, file)) };
}
