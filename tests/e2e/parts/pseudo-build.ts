import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createBuilder } from 'vite';
import type { Plugin } from 'vite';
import { root } from './driver.ts';

/** Puts the language for tests in the place of all others: the product knows nothing of it. */
const pseudo: Plugin = {
  name: 'pseudo-language',
  enforce: 'pre',
  load(id) {
    if (!id.replaceAll('\\', '/').endsWith('/renderer/words/languages.ts')) return null;
    const disguise = JSON.stringify(join(root, 'tests/e2e/parts/pseudo-language.ts'));
    return (
      `import { en } from './en.ts';\nimport { disguised } from ${disguise};\n` +
      `export const LANGUAGES = [{ tag: 'en-XA', name: 'Pseudo', words: disguised(en) }];\n`
    );
  },
};

/** Builds the window in the language for tests. @returns the folder that it is in */
export async function buildPseudo(): Promise<string> {
  const folder = join(root, 'artifacts/pseudo');
  const builder = await createBuilder({
    root: join(root, 'renderer'),
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    plugins: [pseudo],
    environments: { client: { build: { outDir: folder, emptyOutDir: true } } },
  });
  await builder.build(builder.environments['client']!);
  if (!existsSync(join(folder, 'index.html'))) throw new Error(`${folder} has no index.html`);
  return folder;
}
