import type { BpfProgram } from '../../../elf/object.ts';
import type { Configuration } from '../../rules/configuration.ts';
import { LSM_CGROUP, PROG_KPROBE, PROG_LSM, SLEEPABLE } from '../../rules/program-types.ts';
import type { HelperDescriptor } from '../descriptor.ts';

/** A helper that takes other arguments from some types of program. */
export interface HelperForm {
  readonly programs: readonly number[];
  readonly changed: Partial<Pick<HelperDescriptor, 'args' | 'btfStruct'>>;
}

/** What is recorded of a release's helpers besides their descriptions. */
export interface HelperAccess {
  /** Helpers that programs may call, bit N for helper N, by program type; see `rules/helper-access.ts`. */
  readonly allowed: Readonly<Record<string, bigint>>;
  /** Digit N: how many arguments helper N reads. */
  readonly args: string;
  readonly forms: Readonly<Record<number, HelperForm>>;
}

/** Helpers that programs of cgroups on security hooks may call on some hooks only. */
const SOCKET_OPTIONS: readonly number[] = [49, 57];

/** The helpers of a kernel, and who may call them. */
export class HelperTable {
  private readonly byId: ReadonlyMap<number, HelperDescriptor>;

  constructor(
    readonly all: readonly HelperDescriptor[],
    private readonly access: HelperAccess,
  ) {
    this.byId = new Map(all.map((helper) => [helper.id, helper]));
  }

  /** By number (BPF_FUNC_*); undefined for one that the model does not describe. */
  find(id: number): HelperDescriptor | undefined {
    return this.byId.get(id);
  }

  /** A helper as programs of a type call it. */
  as(progType: number, id: number): HelperDescriptor | undefined {
    const helper = this.byId.get(id);
    const form = this.access.forms[id];
    return helper !== undefined && form?.programs.includes(progType) === true ? { ...helper, ...form.changed } : helper;
  }

  /** Whether a program may call a helper on a machine; null when it is not known. */
  allowed(program: BpfProgram, id: number, machine: Configuration): boolean | null {
    const { type, expectedAttachType: attach, flags } = program;
    const needs = this.byId.get(id)?.needs;
    if (needs !== undefined && !machine[needs]) return false;
    // Recorded on machines that were built without it: the table does not have it.
    if (needs === 'kprobeOverride') return type === PROG_KPROBE;
    if (type === PROG_LSM && attach === LSM_CGROUP && SOCKET_OPTIONS.includes(id)) return null;
    const row = (key: string): bigint | undefined => this.access.allowed[key];
    const sleepable = (flags & SLEEPABLE) !== 0 ? row(`${type}/${attach}/sleepable`) : undefined;
    const bits = sleepable ?? row(`${type}/${attach}`) ?? row(`${type}`);
    return bits === undefined ? null : (bits & (1n << BigInt(id))) !== 0n;
  }

  /** How many arguments a helper reads; null for one that this program may not call. */
  argumentCount(program: BpfProgram, id: number, machine: Configuration): number | null {
    const count = this.access.args[id];
    if (count === undefined || this.allowed(program, id, machine) === false) return null;
    return this.access.forms[id] === undefined
      ? Number(count)
      : (this.as(program.type, id)?.args.length ?? Number(count));
  }
}
