import { contextBridge, ipcRenderer } from 'electron';
import type { CallName, IterscopeHost, NoteName } from '../ipc-contract.ts';
import { callNames, calls, channel, ENGINE_PORT, notes } from '../ipc-contract.ts';

// The window's whole view of the desktop: the calls and notes of the contract, nothing of Electron itself.

const call =
  (name: CallName) =>
  async (...args: unknown[]) =>
    calls[name].result((await ipcRenderer.invoke(channel(name), ...args)) as never, name);

const bridge: Record<string, unknown> = {
  on(name: NoteName, handler: (value: unknown) => void): void {
    if (!Object.prototype.hasOwnProperty.call(notes, name)) throw new TypeError(`no such note: ${name}`);
    ipcRenderer.removeAllListeners(channel(name));
    ipcRenderer.on(channel(name), (_event, value: unknown) => handler(notes[name](value, name)));
  },
} satisfies Pick<IterscopeHost, 'on'>;
for (const name of callNames) bridge[name] = call(name);

contextBridge.exposeInMainWorld('iterscopeHost', bridge);

// A port can't cross the bridge; a message to the own window can carry it.
ipcRenderer.on(channel('engine'), (event) => window.postMessage(ENGINE_PORT, window.location.origin, [...event.ports]));
