import { launch, test } from '../parts/electron.ts';
import { expectLiveReload, packFolder, takePacks } from '../parts/packs.ts';

takePacks(test);

test('a folder of the command line is read anew while it is written', async ({ profile }) => {
  const pack = packFolder('opened');
  const app = await launch(profile, [pack]);
  await expectLiveReload(await app.firstWindow(), pack);
  await app.close();
});
