import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { CallName, HostCalls, HostNotes, IterscopeBridge, NoteName } from '../ipc-contract.ts';
import { calls, channel, ENGINE_MESSAGE, notes } from '../ipc-contract.ts';

// The window's whole view of the desktop: the calls and notes of the contract, nothing of Electron itself. What comes
// back is checked here as what goes out is checked in the main process.

async function call<K extends CallName>(name: K, ...args: Parameters<HostCalls[K]>): Promise<ReturnType<HostCalls[K]>> {
  const result: unknown = await ipcRenderer.invoke(channel(name), ...args);
  return calls[name].result(result as never, name) as ReturnType<HostCalls[K]>;
}

/** Registers the one listener for a note. */
function on<K extends NoteName>(name: K, listener: HostNotes[K]): void {
  ipcRenderer.removeAllListeners(channel(name));
  ipcRenderer.on(channel(name), (_event, value: unknown) => listener(notes[name](value, name) as never));
}

/** Where a file lies that a person dropped: only such have a path, so that the window can name no other. Electrons before 29 can't tell. */
function pathOf(file: object): string {
  try {
    return (webUtils as typeof webUtils | undefined)?.getPathForFile(file as never) ?? '';
  } catch {
    return '';
  }
}

const bridge: IterscopeBridge = {
  ready: () => void call('ready'),
  pick: () => call('pick'),
  pickFolder: () => call('pickFolder'),
  dropped: async (folder) => {
    const path = pathOf(folder);
    return path === '' ? [] : call('dropped', path);
  },
  recent: () => call('recent'),
  openRecent: (path) => call('openRecent', path),
  beside: (object, names) => call('beside', object, names),
  save: (file) => call('save', file),
  saveBegin: (name) => call('saveBegin', name),
  saveWrite: (file, bytes) => call('saveWrite', file, bytes),
  saveEnd: (file, whole) => call('saveEnd', file, whole),
  askKernel: (question) => call('askKernel', question),
  compiler: () => call('compiler'),
  compile: (name, text) => call('compile', name, text),
  chooseCompiler: () => call('chooseCompiler'),
  anyCompiler: () => call('anyCompiler'),
  title: (text) => void call('title', text),
  theme: (theme) => void call('theme', theme),
  onOpen: (listener) => on('open', listener),
  onCommand: (listener) => on('command', listener),
  onChanged: (listener) => on('changed', listener),
  onUnreadable: (listener) => on('unreadable', listener),
  onLost: (listener) => on('lost', listener),
};
contextBridge.exposeInMainWorld('iterscopeHost', bridge);

// A port can't cross the bridge; a message to the own window can carry it.
ipcRenderer.on(channel('engine'), (event) =>
  window.postMessage(ENGINE_MESSAGE, window.location.origin, [...event.ports]),
);
