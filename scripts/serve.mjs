// Serves the built renderer on the loopback interface, with the policy that the desktop app gives it.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, extname, join, normalize, sep } from 'node:path';
import { stampOf, zipOf } from './folder-zip.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
  '.zip': 'application/zip',
};

// The same words as in electron/main/scheme.ts.
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Serves a folder on 127.0.0.1.
 * @param {object} options
 * @param {string} options.folder the built renderer
 * @param {number} [options.port] 0 takes a free one
 * @param {readonly string[]} [options.open] paths of files, and of folders of lessons, that the page opens at start
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function serve({ folder, port = 0, open = [] }) {
  const opened = open.map((path, i) => {
    const folder = statSync(path).isDirectory();
    const name = folder ? `${basename(path)}.zip` : basename(path);
    return { path, folder, name, url: `./__open/${i}/${encodeURIComponent(name)}` };
  });
  // A folder's stamp is another one when something in it has changed: the page asks again and again.
  const listing = () =>
    JSON.stringify({
      files: opened.map(({ path, folder, name, url }) => ({ name, url, ...(folder ? { stamp: stampOf(path) } : {}) })),
    });
  let hosts = new Set();

  const server = createServer((request, response) => {
    const finish = (status, type, body) => {
      response.writeHead(status, {
        'content-type': type,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      if (request.method === 'HEAD') response.end();
      else if (typeof body === 'string' || Buffer.isBuffer(body)) response.end(body);
      else body.pipe(response);
    };
    const refuse = (status, words) => finish(status, 'text/plain; charset=utf-8', `${words}\n`);
    // A page elsewhere whose name was made to point here must not read what is served.
    if (!hosts.has(request.headers.host ?? '')) return refuse(421, 'another host');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'only GET');
    let path;
    try {
      path = decodeURIComponent(new URL(request.url ?? '/', 'http://127.0.0.1').pathname);
    } catch {
      return refuse(400, 'bad address');
    }
    if (path === '/__open.json') return finish(200, TYPES['.json'], listing());
    const given = /^\/__open\/(\d+)\//.exec(path);
    if (given !== null) {
      const entry = opened[Number(given[1])];
      if (entry === undefined) return refuse(404, 'no such file');
      if (!entry.folder) return finish(200, 'application/octet-stream', readFileSync(entry.path));
      return void zipOf(entry.path).then(
        (zip) => finish(200, TYPES['.zip'], zip),
        () => refuse(404, 'it can’t be read as it is now'),
      );
    }
    const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
    if (path.includes('\0') || !file.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile())
      return refuse(404, 'no such file');
    finish(200, TYPES[extname(file)] ?? 'application/octet-stream', createReadStream(file));
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const actual = server.address().port;
  hosts = new Set([`127.0.0.1:${actual}`, `localhost:${actual}`]);
  return {
    url: `http://127.0.0.1:${actual}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
