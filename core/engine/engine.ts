import type { Btf } from '../btf/btf.ts';
import { InputError, Unsupported } from '../base/errors.ts';
import type { EngineAssets } from './assets.ts';
import { loadObject, parseKernelBtf } from './parts.ts';
import type { EngineApi, InputFile, OpenResult } from './protocol.ts';

const isElf = (b: Uint8Array): boolean => b[0] === 0x7f && b[1] === 0x45 && b[2] === 0x4c && b[3] === 0x46;

/** The one facade over everything below it: sessions, samples, lessons, the terminal. */
export class Engine implements EngineApi {
  #kernelBtf: Btf | null = null;

  constructor(private readonly assets: EngineAssets) {}

  /** The modelled kernel's BTF, parsed when it is first needed. */
  get kernelBtf(): Btf {
    return (this.#kernelBtf ??= parseKernelBtf(this.assets.kernelBtf));
  }

  async open(files: readonly InputFile[]): Promise<OpenResult> {
    const errors: string[] = [];
    for (const file of files) {
      try {
        if (!isElf(file.bytes)) throw new Unsupported('log import comes later');
        loadObject(file.bytes, file.name, this.kernelBtf);
      } catch (error) {
        if (!(error instanceof InputError || error instanceof Unsupported)) throw error;
        errors.push(error instanceof InputError ? error.inFile(file.name).message : `${file.name}: ${error.message}`);
      }
    }
    return { sessions: [], errors };
  }
  async samples(): ReturnType<EngineApi['samples']> {
    return [];
  }
  async openSample(file: string): Promise<OpenResult> {
    const found = this.assets.files.filter((f) => f.name === file || f.name.endsWith(`/${file}`));
    if (found.length === 0) throw new InputError('no such sample', '', file);
    return this.open(found);
  }
  async sessions(): Promise<OpenResult['sessions']> {
    return [];
  }
  #session(session: number): never {
    throw new InputError(`no session ${session}`);
  }
  async info(session: number): ReturnType<EngineApi['info']> {
    return this.#session(session);
  }
  async exploration(session: number): ReturnType<EngineApi['exploration']> {
    return this.#session(session);
  }
  async step(session: number): ReturnType<EngineApi['step']> {
    return this.#session(session);
  }
  async event(session: number): ReturnType<EngineApi['event']> {
    return this.#session(session);
  }
  async comparisons(session: number): ReturnType<EngineApi['comparisons']> {
    return this.#session(session);
  }
  async envelope(session: number): ReturnType<EngineApi['envelope']> {
    return this.#session(session);
  }
  async why(session: number): ReturnType<EngineApi['why']> {
    return this.#session(session);
  }
  async log(session: number): ReturnType<EngineApi['log']> {
    return this.#session(session);
  }
  async run(session: number): ReturnType<EngineApi['run']> {
    return this.#session(session);
  }
  async setBreakpoint(session: number): ReturnType<EngineApi['setBreakpoint']> {
    return this.#session(session);
  }
  async shell(line: string): ReturnType<EngineApi['shell']> {
    throw new Unsupported(`the terminal (${line})`);
  }
  async complete(): ReturnType<EngineApi['complete']> {
    return [];
  }
  async lessons(): ReturnType<EngineApi['lessons']> {
    return [];
  }
  async lesson(id: string): ReturnType<EngineApi['lesson']> {
    throw new InputError(`no lesson ${id}`);
  }
  async answer(lesson: string): ReturnType<EngineApi['answer']> {
    throw new InputError(`no lesson ${lesson}`);
  }
  async checkExercise(lesson: string): ReturnType<EngineApi['checkExercise']> {
    throw new InputError(`no lesson ${lesson}`);
  }
  async exportTrace(session: number): ReturnType<EngineApi['exportTrace']> {
    return this.#session(session);
  }
  async journal(): Promise<Uint8Array> {
    return new Uint8Array();
  }
  async restore(): Promise<OpenResult> {
    return this.open([]);
  }
}

/** An engine over these assets. */
export function createEngine(assets: EngineAssets): Engine {
  return new Engine(assets);
}
