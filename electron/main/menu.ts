import { app, Menu } from 'electron';
import type { BrowserWindow, MenuItemConstructorOptions } from 'electron';
import { basename } from 'node:path';
import { EXPORTERS } from '../../core/trace/export/index.ts';
import { exportCommand } from '../ipc-contract.ts';
import type { HostCommand } from '../ipc-contract.ts';
import { note } from './ipc.ts';
import { settings } from './settings.ts';
import { say } from './say.ts';

/** Sets the menu. Called again when the recent files have changed. */
export function setMenu(
  window: BrowserWindow,
  openPaths: (paths: readonly string[]) => void,
  openFolder: () => void,
): void {
  const { menu } = say();
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
      label: menu.file,
      submenu: [
        { label: menu.open, accelerator: 'CmdOrCtrl+O', click: () => note(window, 'command', 'open') },
        { label: menu.openFolder, click: openFolder },
        { label: menu.openRecent, enabled: recent.length > 0, submenu: recent },
        separator,
        ...EXPORTERS.map(({ id, title }) => send(menu.export(title), exportCommand(id))),
        separator,
        { role: process.platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    {
      label: menu.edit,
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
      label: menu.view,
      submenu: [
        send(menu.palette, 'palette', 'CmdOrCtrl+K'),
        send(menu.terminal, 'terminal', 'Ctrl+`'),
        send(menu.workbench, 'workbench', 'W'),
        send(menu.laboratory, 'laboratory'),
        send(menu.defaultWorld, 'default-world'),
        send(menu.theme, 'theme'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [separator, { role: 'toggleDevTools' } as const]),
      ],
    },
    { label: menu.help, submenu: [send(menu.keys, 'keys', '?'), { role: 'about' }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
