import { app, BrowserWindow, dialog, nativeTheme, session, shell } from 'electron';
import { join } from 'node:path';
import { ORIGIN } from './scheme.ts';
import { remember, settings } from './settings.ts';
import { say } from './say.ts';

/** The only addresses that are handed to the system's browser. */
const DOCUMENTS = 'https://docs.kernel.org/';
const BACKGROUND = { dark: '#0e1117', light: '#f3f2ee' };

/** No network, no permissions, no other pages: for every page that this app could ever show. */
export function lockDown(): void {
  const { defaultSession } = session;
  defaultSession.webRequest.onBeforeRequest((details, respond) => {
    const { protocol } = new URL(details.url);
    respond({ cancel: !['iterscope:', 'devtools:', 'blob:', 'data:'].includes(protocol) });
  });
  // Copying text is all that the window may ask for.
  const allowed = (permission: string): boolean => permission === 'clipboard-sanitized-write';
  defaultSession.setPermissionRequestHandler((_contents, permission, respond) => respond(allowed(permission)));
  defaultSession.setPermissionCheckHandler((_contents, permission) => allowed(permission));
  app.on('web-contents-created', (_event, contents) => {
    // Lessons link the kernel's documents: the system's browser shows them, never this app.
    contents.setWindowOpenHandler(({ url }) => {
      if (url.startsWith(DOCUMENTS)) void shell.openExternal(url);
      else if (url.startsWith('https://')) void leave(url);
      return { action: 'deny' };
    });
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

// Lessons of packs may link elsewhere: only a person's own word, with the host before their eyes, hands such an address on.
async function leave(url: string): Promise<void> {
  const { dialogs } = say();
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: dialogs.leave,
    detail: dialogs.leaveDetail(new URL(url).host, url.slice(0, 300)),
    buttons: [dialogs.leaveOk, dialogs.cancel],
    defaultId: 1,
    cancelId: 1,
  });
  if (response === 0) await shell.openExternal(url);
}

/** Opens the app's window. */
export function createWindow(): BrowserWindow {
  const { x, y, width, height } = settings().bounds;
  const window = new BrowserWindow({
    ...(x !== undefined && y !== undefined ? { x, y } : {}),
    width,
    height,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: say().product,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.on('close', () => remember({ bounds: window.getNormalBounds() }));
  window.on('page-title-updated', (event) => event.preventDefault());
  void window.loadURL(`${ORIGIN}/index.html`);
  return window;
}
