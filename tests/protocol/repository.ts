import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineAssets } from '../../core/engine/index.ts';
import { createEngine } from '../../core/engine/index.ts';
import type { Engine, EngineOptions } from '../../core/engine/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(root, name)));

const walk = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );

/** The repository's own assets: the shipped BTF, samples and lessons. */
export function repositoryAssets(): EngineAssets {
  const names = [...walk('samples'), ...walk('lessons'), ...walk('reference'), ...walk('include')].filter(
    (name) => !name.endsWith('.ts'),
  );
  return {
    kernelBtf: read('core/kernel/btf/linux-6.18.bin'),
    files: names.map((name) => ({ name: relative('.', name), bytes: read(name) })),
  };
}

/** A fresh engine over them. */
export const repositoryEngine = (options: EngineOptions = {}): Engine =>
  createEngine(repositoryAssets(), { now: () => performance.now(), ...options });

/** Text without colours. */
// eslint-disable-next-line no-control-regex -- terminal colours begin with the escape character
export const plain = (text: string): string => text.replace(/\x1b\[\d+m/g, '');
