import { app, Menu } from 'electron';
import type { BrowserWindow, MenuItemConstructorOptions } from 'electron';
import { basename } from 'node:path';
import { EXPORTERS } from '../../core/trace/export/index.ts';
import { exportCommand } from '../ipc-contract.ts';
import type { HostCommand } from '../ipc-contract.ts';
import { note } from './ipc.ts';
import { settings } from './settings.ts';

/** Sets the menu. Called again when the recent files have changed. */
export function setMenu(window: BrowserWindow, openPaths: (paths: readonly string[]) => void): void {
  const send = (label: string, command: HostCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    // The window handles its keys itself: the accelerator is shown, not taken.
    ...(accelerator !== undefined ? { accelerator, registerAccelerator: false } : {}),
    click: () => note(window, 'command', command),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const recent = settings().recent.map((path): MenuItemConstructorOptions => ({
    label: basename(path).replace(/&/g, '&&'),
    click: () => openPaths([path]),
  }));
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Open…', accelerator: 'CmdOrCtrl+O', click: () => note(window, 'command', 'open') },
        { label: 'Open recent', enabled: recent.length > 0, submenu: recent },
        separator,
        ...EXPORTERS.map(({ id, title }) => send(`${title}…`, exportCommand(id))),
        separator,
        { role: process.platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    {
      label: '&Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: '&View',
      submenu: [
        send('Command palette', 'palette', 'CmdOrCtrl+K'),
        send('Terminal', 'terminal', 'Ctrl+`'),
        send('Workbench', 'workbench', 'W'),
        send('Laboratory…', 'laboratory'),
        send('Back to the default world', 'default-world'),
        send('Change theme', 'theme'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [separator, { role: 'toggleDevTools' } as const]),
      ],
    },
    { label: '&Help', submenu: [send('Keys', 'keys', '?'), { role: 'about' }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
