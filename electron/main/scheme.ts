import { protocol } from 'electron';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

/** The app's pages live at `iterscope://app/…`: a secure origin of their own, with no network behind it. */
export const ORIGIN = 'iterscope://app';
const SCHEME = 'iterscope';
const folder = join(__dirname, '../renderer');

const TYPES: Record<string, string> = {
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

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; " +
    "font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Has to run before the app is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

async function answer(method: string, url: string): Promise<Answer> {
  const refuse = (status: number): Answer => ({ status, type: 'text/plain', body: Buffer.from(`${status}\n`) });
  if (method !== 'GET' && method !== 'HEAD') return refuse(405);
  const { origin, host, pathname } = new URL(url);
  if (host !== 'app' || (origin !== ORIGIN && origin !== 'null')) return refuse(404);
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return refuse(400);
  }
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  if (path.includes('\0') || !file.startsWith(folder + sep)) return refuse(404);
  try {
    return { status: 200, type: TYPES[extname(file)] ?? 'application/octet-stream', body: await readFile(file) };
  } catch {
    return refuse(404);
  }
}

/** Serves the built renderer. `protocol.handle` came with Electron 25; before it there was only the older call. */
export function serveScheme(): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle(SCHEME, async (request) => {
      const { status, type, body } = await answer(request.method, request.url);
      return new Response(new Uint8Array(body), { status, headers: { ...HEADERS, 'content-type': type } });
    });
    return;
  }
  protocol.registerBufferProtocol(SCHEME, (request, respond) => {
    void answer(request.method, request.url).then(({ status, type, body }) =>
      respond({
        statusCode: status,
        headers: { ...HEADERS, 'content-type': type },
        mimeType: type.split(';')[0]!,
        data: body,
      }),
    );
  });
}
