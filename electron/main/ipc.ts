import { ipcMain } from 'electron';
import type { BrowserWindow, IpcMainInvokeEvent } from 'electron';
import type { CallName, HostCalls, HostNotes, NoteName } from '../ipc-contract.ts';
import { callNames, channel, checkCall } from '../ipc-contract.ts';
import { ORIGIN } from './scheme.ts';

type Answer<T> = T | Promise<T>;
/** One handler a call, with arguments that have been checked. */
export type Handlers = {
  readonly [K in CallName]: (...args: Parameters<HostCalls[K]>) => Answer<ReturnType<HostCalls[K]>>;
};

/** Whether a message comes from the app's own page in this window's main frame. */
function isOurs(event: IpcMainInvokeEvent, window: BrowserWindow): boolean {
  const frame = event.senderFrame;
  return (
    !window.isDestroyed() &&
    event.sender === window.webContents &&
    frame !== null &&
    frame === window.webContents.mainFrame &&
    frame.url.startsWith(`${ORIGIN}/`)
  );
}

/** Answers this window's calls; the one place where senders and arguments are checked. */
export function handleCalls(window: BrowserWindow, handlers: Handlers): void {
  for (const name of callNames) {
    ipcMain.removeHandler(channel(name));
    ipcMain.handle(channel(name), (event, ...args: unknown[]) => {
      if (!isOurs(event, window)) throw new Error(`${name}: not from the app's window`);
      const handler = handlers[name] as (...args: unknown[]) => unknown;
      return handler(...checkCall(name, args));
    });
  }
}

/** Tells the window something. */
export function note<K extends NoteName>(window: BrowserWindow, name: K, value: Parameters<HostNotes[K]>[0]): void {
  if (!window.isDestroyed()) window.webContents.send(channel(name), value);
}
