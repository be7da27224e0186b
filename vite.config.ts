import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// One config for the whole app. `client` is the renderer (and its engine worker), the same files for the browser
// and for Electron's private scheme.
export default defineConfig({
  root: here('renderer'),
  base: './',
  // Fonts and icons are files, never data: URLs, so that the page's policy can forbid them.
  build: { assetsInlineLimit: 0 },
  plugins: [svelte({ configFile: here('svelte.config.js') })],
  worker: { format: 'es' },
  environments: {
    client: {
      build: {
        outDir: here('dist/renderer'),
        emptyOutDir: true,
        target: 'chrome108',
        cssTarget: 'chrome108',
        modulePreload: { polyfill: false },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      const { client } = builder.environments;
      if (client !== undefined) await builder.build(client);
    },
  },
});
