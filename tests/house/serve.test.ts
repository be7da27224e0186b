import { unzipSync } from 'fflate';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../scripts/serve.mjs';

const base = mkdtempSync(join(tmpdir(), 'iterscope-serve-'));
const folder = join(base, 'renderer');
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.html'), '<p>the app</p>');
  writeFileSync(join(base, 'secret'), 'outside');
  writeFileSync(join(base, 'my prog.bpf.o'), 'object');
  server = await serve({ folder, open: [join(base, 'my prog.bpf.o')] });
});
afterAll(async () => {
  await server.close();
  rmSync(base, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly policy: string;
  readonly body: string;
}
// Not fetch(): it tidies paths and hosts before they are sent.
function ask(path: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const headers = options.host === undefined ? {} : { host: options.host };
    const call = request({ host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => (body += String(chunk)));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode,
          type: answer.headers['content-type'],
          policy: String(answer.headers['content-security-policy']),
          body,
        }),
      );
    });
    call.on('error', reject);
    call.end();
  });
}

describe('the server of the browser host', () => {
  it('listens on the loopback interface and serves the page with its policy', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await ask('/');
    expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8', body: '<p>the app</p>' });
    expect(page.policy).toContain("default-src 'none'");
    expect(page.policy).toContain("connect-src 'self'");
  });

  it('lists the files that it was asked to open, and serves them', async () => {
    const { files } = JSON.parse((await ask('/__open.json')).body) as { files: { name: string; url: string }[] };
    expect(files.map((file) => file.name)).toEqual(['my prog.bpf.o']);
    const file = await ask(new URL(files[0]!.url, server.url).pathname);
    expect(file).toMatchObject({ status: 200, body: 'object' });
    expect((await ask('/__open/1/x')).status).toBe(404);
  });

  it.each(['/../secret', '/%2e%2e/secret', '/..%2fsecret', '/%00', '/nothing.js', '/%zz'])(
    'gives nothing for %s',
    async (path) => {
      const answer = await ask(path);
      expect([400, 404]).toContain(answer.status);
      expect(answer.body).not.toContain('outside');
    },
  );

  it('refuses other methods and names that were made to point here', async () => {
    expect((await ask('/', { method: 'POST' })).status).toBe(405);
    expect((await ask('/', { host: 'evil.example' })).status).toBe(421);
  });
});

describe('a folder of lessons', () => {
  it('is served as a zip, of what lessons use alone, and its stamp changes with it', async () => {
    const lessons = join(base, 'night');
    mkdirSync(join(lessons, '.git'), { recursive: true });
    for (const name of ['lesson.md', '.git/config.md', 'run.sh']) writeFileSync(join(lessons, name), name);
    symlinkSync(join(base, 'secret'), join(lessons, 'secret.c'));
    const own = await serve({ folder, open: [lessons] });
    const listed = async (): Promise<{ name: string; url: string; stamp: string }> =>
      (
        (await (await fetch(`${own.url}__open.json`)).json()) as {
          files: { name: string; url: string; stamp: string }[];
        }
      ).files[0]!;
    const { name, url, stamp } = await listed();
    expect(name).toBe('night.zip');
    const zip = new Uint8Array(await (await fetch(new URL(url, own.url))).arrayBuffer());
    expect(Object.keys(unzipSync(zip))).toEqual(['lesson.md']);
    writeFileSync(join(lessons, 'lesson.md'), 'more of it');
    expect((await listed()).stamp).not.toBe(stamp);
    await own.close();
  });
});
