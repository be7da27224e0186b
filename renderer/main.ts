import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import '@fontsource/inter/600.css';
import '@fontsource/inter/700.css';
import '@fontsource/jetbrains-mono/400.css';
import '@fontsource/jetbrains-mono/500.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { BrowserHost } from './host/host-browser.ts';
import { ElectronHost } from './host/host-electron.ts';
import { reader } from './lesson/reader.svelte.ts';
import { start } from './state/restoring.ts';
import { language } from './words/index.ts';

document.documentElement.lang = language.tag;
const bridge = window.iterscopeHost;
const host = bridge === undefined ? new BrowserHost() : new ElectronHost(bridge);
const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
const app = mount(App, { target });
start(
  host,
  (command) => app.run(command),
  (file) => reader.takeProgress(file),
);
