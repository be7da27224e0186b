import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { Readline } from 'xterm-readline';
import type { ShellResult } from '../../core/engine/protocol.ts';
import { words } from '../state/problems.svelte.ts';
import type { WindowState } from '../state/index.ts';
import { piecesOf } from '../words/markup.ts';
import { say } from '../words/index.ts';

// Not SGR 2, which halves the contrast: the dim of the theme.
const DIM = '\x1b[90m';
const RED = '\x1b[31m';
const PLAIN = '\x1b[0m';

/** The sandbox terminal: xterm with a line editor, whose lines go to the engine's shell. */
export class TerminalSession {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #lines = new Readline();
  readonly #resize: ResizeObserver;
  #interrupt: (() => void) | null = null;
  #closed = false;
  #prompt = '$ ';

  constructor(
    readonly host: HTMLElement,
    readonly state: WindowState,
  ) {
    const motion = !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#terminal = new Terminal({
      fontFamily: getComputedStyle(host).getPropertyValue('--code'),
      fontSize: 12.5,
      lineHeight: 1.35,
      cursorBlink: motion,
      scrollback: 20_000,
      overviewRuler: { width: 8 },
      screenReaderMode: true,
      minimumContrastRatio: 4.5,
      theme: this.#theme(),
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.#lines);
    this.#terminal.open(host);
    // The container is sized by the pane, never by the terminal.
    this.#resize = new ResizeObserver(() => this.#refit());
    this.#resize.observe(host);
    this.#terminal.attachCustomKeyEventHandler((event) => this.#key(event));
    this.#lines.setCtrlCHandler(() => this.#interrupt?.());
    void document.fonts.ready.then(() => this.#refit());
  }

  #refit(): void {
    if (!this.#closed && this.host.clientHeight > 0) this.#fit.fit();
  }
  #theme(): Record<string, string> {
    const style = getComputedStyle(this.host);
    const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    return {
      background: token('pane'),
      foreground: token('text'),
      cursor: token('text'),
      cursorAccent: token('pane'),
      scrollbarSliderBackground: token('line'),
      scrollbarSliderHoverBackground: token('faint'),
      scrollbarSliderActiveBackground: token('faint'),
      overviewRulerBorder: token('pane'),
      selectionBackground: token('scalar-tint'),
      black: token('bg'),
      red: token('bad'),
      green: token('ok'),
      yellow: token('drained'),
      blue: token('scalar'),
      magenta: token('prune'),
      cyan: token('active'),
      white: token('text'),
      brightBlack: token('dim'),
      brightRed: token('bad'),
      brightGreen: token('ok'),
      brightYellow: token('drained'),
      brightBlue: token('scalar'),
      brightMagenta: token('ptr'),
      brightCyan: token('active'),
      brightWhite: token('text'),
    };
  }
  /** Takes the tokens of the theme now shown. */
  recolour(): void {
    this.#terminal.options.theme = this.#theme();
  }
  focus(): void {
    this.#terminal.focus();
  }

  // Tab completes; on an empty line, and with Shift, it leaves the terminal as everywhere else.
  #key(event: KeyboardEvent): boolean {
    if (event.ctrlKey && (event.key === 'k' || event.key === '`')) return false;
    // Ctrl V is left to the browser, whose paste event the terminal takes; Ctrl C copies while something is selected.
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'v') return false;
    if (event.ctrlKey && !event.altKey && event.key.toLowerCase() === 'c' && this.#terminal.hasSelection()) {
      if (event.type === 'keydown') {
        // The copy event, which the terminal fills, comes unless it is prevented.
        setTimeout(() => this.#terminal.clearSelection());
      }
      return false;
    }
    if (event.key !== 'Tab') return true;
    if (event.shiftKey || this.#lines.getLine() === '') return false;
    event.preventDefault();
    if (event.type === 'keydown') void this.#complete();
    return false;
  }
  async #complete(): Promise<void> {
    const line = this.#lines.getLine();
    const all = await this.state.connection.engine?.complete(line).catch(() => []);
    if (all === undefined || all.length === 0 || this.#lines.getLine() !== line) return;
    const common = all.reduce((prefix, candidate) => {
      let length = 0;
      while (length < prefix.length && prefix[length] === candidate[length]) length++;
      return prefix.slice(0, length);
    });
    // Candidates are whole lines or words that end the line.
    const whole = common.startsWith(line);
    const head = whole ? '' : line.slice(0, line.search(/\S*$/));
    const grown = head + common;
    if (grown.length > line.length || all.length === 1) {
      this.#lines.updateLine(all.length === 1 && !grown.endsWith('/') ? `${grown.trimEnd()} ` : grown);
    } else {
      const show = all.map((candidate) => candidate.slice(whole ? line.search(/\S*$/) : 0));
      this.#terminal.write(`\r\n${DIM}${show.join('  ')}${PLAIN}\r\n`);
      this.#terminal.write(this.#prompt);
      this.#lines.updateLine(line);
    }
  }

  /** Reads and runs lines until the terminal is closed. */
  async loop(): Promise<void> {
    const greeting = piecesOf(say.terminal.session.greeting)
      .map(({ set, text }) => (set === 'code' ? `${PLAIN}${text}${DIM}` : text))
      .join('');
    this.#say(`${DIM}${greeting}${PLAIN}\n`);
    this.#prompt = (await this.#run(''))?.prompt ?? this.#prompt;
    while (!this.#closed) {
      const line = await this.#lines.read(this.#prompt);
      if (this.#closed) return;
      const result = await this.#run(line);
      if (result === undefined) continue;
      this.#prompt = result.prompt;
      if (result.clear === true) this.#terminal.clear();
      this.#say(result.output);
      await this.#after(result);
    }
  }
  async #run(line: string): Promise<ShellResult | undefined> {
    const { engine } = this.state.connection;
    if (engine === null) {
      if (line !== '') this.#say(`${RED}${say.terminal.session.startingAgain}${PLAIN}\n`);
      return undefined;
    }
    const ending = new AbortController();
    const interrupted = new Promise<undefined>((resolve) => {
      this.#interrupt = () => {
        ending.abort();
        this.#say('^C\n');
        resolve(undefined);
      };
    });
    const control = {
      signal: ending.signal,
      // Text is taken as fast as it can be shown, no faster.
      progress: ({ output }: { readonly output?: string }): Promise<void> | undefined =>
        output === undefined || ending.signal.aborted ? undefined : this.#write(output),
    };
    try {
      const answer = engine.shell(line, this.state.onShow.info?.id ?? -1, this.state.playhead.step, control);
      answer.catch(() => {});
      return await Promise.race([answer, interrupted]);
    } catch (error) {
      this.#say(`${RED}${words(error)}${PLAIN}\n`);
      return undefined;
    } finally {
      this.#interrupt = null;
    }
  }
  async #after(result: ShellResult): Promise<void> {
    try {
      if (result.download !== undefined) await this.state.connection.host?.save(result.download);
      await this.state.sessions.follow(result.session, result.step);
    } catch (error) {
      this.#say(`${RED}${words(error)}${PLAIN}\n`);
    }
  }
  #write(text: string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(text.replace(/\r?\n/g, '\r\n'), resolve));
  }
  #say(text: string): void {
    if (text === '') return;
    const ended = text.endsWith('\n') ? text : `${text}\n`;
    this.#terminal.write(ended.replace(/\r?\n/g, '\r\n'));
  }

  close(): void {
    this.#closed = true;
    this.#resize.disconnect();
    this.#terminal.dispose();
  }
}
