import { dialog, utilityProcess } from 'electron';
import type { BrowserWindow, UtilityProcess } from 'electron';
import { join } from 'node:path';
import { int, record } from '../../core/base/validate.ts';
import { checkCompiled, checkCompilerInfo } from '../../core/engine/compiled.ts';
import type { Compiled, CompilerInfo } from '../../core/engine/compiled.ts';
import { say } from './say.ts';
import { remember, settings } from './settings.ts';

/** Longest that an answer is waited for, ms: a compiler that does not end is ended by its own process before. */
const PATIENCE = 60_000;

const checkMessage = record<{ id: number; value: unknown }>({ id: int(1, 0x7fffffff), value: (value) => value });

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The process that compiles C: started when it is first asked for, and once more where it ended. */
class CompilerProcess {
  #child: UtilityProcess | null = null;
  #waiting = new Map<number, Waiting>();
  #next = 1;
  #found: Promise<CompilerInfo> | null = null;

  /** The compiler that there is; looked for once, and again when another is chosen. */
  find(): Promise<CompilerInfo> {
    const { compiler: chosen } = settings();
    this.#found ??= this.#ask({ find: chosen })
      .then((value) => checkCompilerInfo({ ...(value as object), chosen }, 'compiler'))
      .catch((error: unknown) => {
        // It is looked for again by whoever asks next.
        this.#found = null;
        throw error;
      });
    return this.#found;
  }
  async compile(name: string, text: string): Promise<Compiled> {
    await this.find();
    return checkCompiled(await this.#ask({ name, text }), 'compiled');
  }
  /** Another is to be looked for. */
  forget(): void {
    this.#found = null;
  }
  stop(): void {
    this.#child?.kill();
  }

  #ask(message: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      const timer = setTimeout(() => {
        reject(new Error(say().compiler.noAnswer(PATIENCE / 1000)));
        this.#child?.kill();
      }, PATIENCE);
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        resolve: (value) => (done(), resolve(value)),
        reject: (error) => (done(), reject(error)),
      });
      this.#running().postMessage({ ...message, id });
    });
  }

  #running(): UtilityProcess {
    if (this.#child !== null) return this.#child;
    const child = utilityProcess.fork(join(__dirname, 'compiler.cjs'), [], { serviceName: 'Iterscope compiler' });
    child.on('message', (message: unknown) => {
      const { id, value } = checkMessage(message, 'compiler');
      this.#waiting.get(id)?.resolve(value);
    });
    child.on('exit', (code) => {
      if (this.#child === child) [this.#child, this.#found] = [null, null];
      for (const { reject } of [...this.#waiting.values()]) reject(new Error(say().compiler.ended(code)));
    });
    this.#child = child;
    return child;
  }
}

export const compilerProcess = new CompilerProcess();

/** Lets the person choose a compiler; what they cancel leaves it as it is. */
export async function chooseCompiler(window: BrowserWindow): Promise<CompilerInfo> {
  const { filePaths, canceled } = await dialog.showOpenDialog(window, {
    title: say().compiler.choose,
    properties: ['openFile'],
  });
  const [path] = filePaths;
  if (!canceled && path !== undefined) {
    remember({ compiler: path });
    compilerProcess.forget();
  }
  return compilerProcess.find();
}
/** Goes back to looking for one. */
export function anyCompiler(): Promise<CompilerInfo> {
  remember({ compiler: '' });
  compilerProcess.forget();
  return compilerProcess.find();
}
