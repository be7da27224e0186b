import { svelte } from '@sveltejs/vite-plugin-svelte';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { EnvironmentOptions } from 'vite';
import { engineAssets } from './scripts/engine-assets.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * A bundle that runs in Node or Electron, in one file.
 * @param format `cjs` for Electron (an ES module hangs in the utility process of Electron 22), `es` for the command line
 */
function nodeBundle(
  entry: string,
  outDir: string,
  file: string,
  format: 'cjs' | 'es',
  target: string,
): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: ['electron', 'koffi'], conditions: ['module', 'node', 'import', 'default'] },
    build: {
      outDir: here(outDir),
      emptyOutDir: false,
      copyPublicDir: false,
      target,
      minify: false,
      sourcemap: true,
      ssr: true,
      rolldownOptions: {
        checks: { bundlerTimings: false },
        input: here(entry),
        external: ['electron', 'koffi', /^node:/],
        output: { format, entryFileNames: file, codeSplitting: false },
      },
    },
  };
}

// One config for the whole app. `client` is the renderer (and its engine worker), the same files for the browser
// and for Electron's private scheme; Electron's three processes and the command line are one file each.
const bundles = {
  main: nodeBundle('electron/main/main.ts', 'dist/electron', 'main.cjs', 'cjs', 'node16'),
  preload: nodeBundle('electron/preload/preload.ts', 'dist/electron', 'preload.cjs', 'cjs', 'chrome108'),
  utility: nodeBundle('electron/utility/utility.ts', 'dist/electron', 'utility.cjs', 'cjs', 'node16'),
  kernel: nodeBundle('electron/utility/kernel.ts', 'dist/electron', 'kernel.cjs', 'cjs', 'node16'),
  compiler: nodeBundle('electron/utility/compiler.ts', 'dist/electron', 'compiler.cjs', 'cjs', 'node16'),
  cli: nodeBundle('cli/iterscope.ts', 'dist/cli', 'iterscope.js', 'es', 'node20'),
};

export default defineConfig({
  root: here('renderer'),
  base: './',
  // Fonts and icons are files, never data: URLs, so that the page's policy can forbid them.
  build: { assetsInlineLimit: 0 },
  plugins: [svelte({ configFile: here('svelte.config.js') }), engineAssets(here('.'))],
  worker: { format: 'es' },
  environments: {
    client: {
      build: {
        outDir: here('dist/renderer'),
        emptyOutDir: true,
        target: 'chrome108',
        cssTarget: 'chrome108',
        modulePreload: { polyfill: false },
        rolldownOptions: { checks: { bundlerTimings: false } },
      },
    },
    ...bundles,
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['client', ...Object.keys(bundles)]) {
        const environment = builder.environments[name];
        if (environment !== undefined) await builder.build(environment);
      }
      // Its time says what the build was made from: `npm start` builds anew when a source is younger.
      writeFileSync(here('dist/.built'), '');
    },
  },
});
