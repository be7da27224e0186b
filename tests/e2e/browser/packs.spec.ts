import { join } from 'node:path';
import { serve } from '../../../scripts/serve.mjs';
import { test } from '../parts/browser.ts';
import { root } from '../parts/driver.ts';
import { expectLiveReload, packFolder, takePacks } from '../parts/packs.ts';

takePacks(test);

test('a folder that is served is read anew while it is written', async ({ driver }) => {
  const pack = packFolder('served');
  const server = await serve({ folder: join(root, 'dist/renderer'), open: [pack] });
  await driver.page.goto(server.url);
  await expectLiveReload(driver.page, pack);
  await driver.page.goto('about:blank');
  await server.close();
});
