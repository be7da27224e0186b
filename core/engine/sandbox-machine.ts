import { EEXIST, errnoName } from '../base/errno.ts';
import { InputError, Unsupported } from '../base/errors.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import { IterSessions } from '../kernel/machine/iter/sessions.ts';
import type { World } from '../kernel/machine/world/schema.ts';
import type { LinkInfo } from '../kernel/machine/iter/walk.ts';
import type { KernelModel } from '../kernel/model.ts';
import { verify } from '../verifier/index.ts';
import type { StandingWorld } from './worlds.ts';
import { CallFault, IteratorProgram } from '../vm/iterator-program.ts';

import type { LinkRow, MapRow, ShellMachine } from '../shell/machine.ts';

/** Bytes that `cat` asks for, and most that are kept of one reading. */
const READ_SIZE = 131_072;
const MOST_BYTES = 4 << 20;
/** Instructions of one call. */
const STEP_LIMIT = 20_000_000;

interface Pinned {
  readonly path: string;
  readonly iterator: IteratorProgram;
  readonly object: BpfObject;
}

/** What a link is made of. */
export interface ToPin {
  readonly object: BpfObject;
  readonly program: BpfProgram;
  readonly info: LinkInfo;
}

/** The simulated machine of the sandbox's terminal: its world, and the links that are pinned in its BPF file system. */
export class SandboxMachine implements Omit<ShellMachine, 'pin'> {
  /** Counts every file that is opened of an iterator program, the window's readings too. */
  readonly sessions = new IterSessions();
  private readonly pinned = new Map<string, Pinned>();
  /** When the reading under way has to end. */
  private end = 0;

  /** @param world what there is on it; what is pinned there is added */
  constructor(
    public world: World,
    private readonly kernel: () => KernelModel,
    private readonly clock: () => number,
    private readonly timeMs: number,
  ) {}

  /**
   * Loads an object's program, attaches it and pins the link.
   * @throws InputError with the words of the real tool and the errno
   */
  pin(path: string, { object, program, info }: ToPin): void {
    const kernel = this.kernel();
    const verdict = verify({ program, object, kernel }, { logLevel: 0 });
    if (verdict.errno === null) throw new Unsupported(verdict.unsupported ?? '');
    if (verdict.errno !== 0)
      throw new InputError(`can't load the program ${program.name}: it is rejected, ${errnoText(verdict.errno)}`);
    const iterator = new IteratorProgram({
      program,
      object,
      kernel,
      world: this.world,
      info,
      sessions: this.sessions,
      probes: verdict.probes,
      bufferReach: verdict.bufferReach,
      stepLimit: STEP_LIMIT,
      until: () => (this.clock() < this.end ? null : `it had not ended after ${this.timeMs / 1000} seconds`),
    });
    const errno = iterator.attach();
    if (errno !== 0) throw new InputError(`attach_iter failed for program ${program.name}: ${errnoText(errno)}`);
    if (this.pinned.has(path))
      throw new InputError(`pin_iter failed for program ${program.name} to path ${path}: ${errnoText(EEXIST)}`);
    this.world = iterator.world;
    this.pinned.set(path, { path, iterator, object });
  }

  cat(path: string): Uint8Array {
    const found = this.find(path);
    found.iterator.machine.kernel.update(this.world);
    this.end = this.clock() + this.timeMs;
    const file = found.iterator.open();
    const pieces: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const bytes = this.read(() => file.read(READ_SIZE));
      if (typeof bytes === 'number') throw new InputError(errnoText(bytes), '', path);
      if (bytes.length === 0) break;
      pieces.push(bytes);
      length += bytes.length;
      if (length > MOST_BYTES)
        throw new InputError(`more than ${MOST_BYTES >> 20} MB: it is not read to its end`, '', path);
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  remove(path: string): void {
    const { iterator, object } = this.find(path);
    this.pinned.delete(path);
    // The last link gone, the programs and maps of its object go as well: they stand last in the world that it was pinned in.
    const { world } = iterator;
    const idsOfLast = (list: readonly { readonly id: number }[], count: number): Set<number> =>
      new Set(list.slice(list.length - count).map(({ id }) => id));
    const programs = idsOfLast(world.programs, object.programs.length);
    const maps = idsOfLast(world.maps, object.maps.length);
    this.world = {
      ...this.world,
      links: this.world.links.filter(({ id }) => id !== iterator.id),
      programs: this.world.programs.filter(({ id }) => !programs.has(id)),
      maps: this.world.maps.filter(({ id }) => !maps.has(id)),
    };
  }

  pins(): readonly string[] {
    return [...this.pinned.keys()].sort();
  }

  links(): readonly LinkRow[] {
    return this.world.links.map((link) => {
      const own = [...this.pinned.values()].find(({ iterator }) => iterator.id === link.id);
      return { ...link, fdinfo: own?.iterator.fdinfo ?? '', path: own?.path ?? '' };
    });
  }

  maps(): readonly MapRow[] {
    return this.world.maps.map((map) => {
      const own = [...this.pinned.values()].find(({ iterator }) => iterator.mapOf(map.id) !== undefined);
      const entries = own?.iterator.mapOf(map.id);
      return { ...map, ...(entries === undefined ? {} : { entries }) };
    });
  }

  private find(path: string): Pinned {
    const found = this.pinned.get(path);
    if (found === undefined) throw new InputError('no such file', '', path);
    return found;
  }

  private read(step: () => Uint8Array | number): Uint8Array | number {
    try {
      return step();
    } catch (error) {
      if (error instanceof CallFault) throw new InputError(error.message);
      throw error;
    }
  }
}

/** A machine of the terminal for each world: what was pinned in one is there again when one comes back to it. */
export class SandboxMachines {
  private readonly made = new Map<StandingWorld, SandboxMachine>();

  constructor(
    private readonly kernel: () => KernelModel,
    private readonly clock: () => number,
    private readonly timeMs: number,
  ) {}

  of(standing: StandingWorld): SandboxMachine {
    let machine = this.made.get(standing);
    if (machine === undefined) {
      machine = new SandboxMachine(standing.world, this.kernel, this.clock, this.timeMs);
      this.made.set(standing, machine);
    }
    return machine;
  }
}

const errnoText = (errno: number): string => `errno ${-errno} (${errnoName(errno)})`;
