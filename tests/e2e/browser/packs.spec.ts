import { join } from 'node:path';
import { serve } from '../../../scripts/serve.mjs';
import { test } from '../parts/browser.ts';
import { root } from '../parts/driver.ts';
import { expectLiveReload, packFolder, takePacks } from '../parts/packs.ts';

takePacks(test);

test('a folder that is served is read anew while it is written', async ({ driver }) => {
  const pack = packFolder('served');
  const server = await serve({ folder: join(root, 'dist/renderer'), open: [pack] });
  const page = await driver.page.context().newPage();
  await page.goto(server.url);
  await expectLiveReload(page, pack);
  await page.close();
  await server.close();
});
