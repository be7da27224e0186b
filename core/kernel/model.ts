import { InputError } from '../base/errors.ts';
import type { Btf } from '../btf/btf.ts';
import type { LoadOptions } from '../elf/load.ts';
import type { HelperDescriptor, IteratorDescriptor, KfuncDescriptor } from './catalogue/descriptor.ts';
import { HelperTable } from './catalogue/helpers/table.ts';
import type { HelperAccess } from './catalogue/helpers/table.ts';
import type { IterTarget } from './catalogue/iter-targets/target.ts';
import { TargetTable } from './catalogue/iter-targets/table.ts';
import { declareIterators, hasIterator } from './catalogue/iterators/declare.ts';
import { IteratorTable, kfuncsOf } from './catalogue/iterators/table.ts';
import { KfuncTable } from './catalogue/kfuncs/table.ts';
import { MapTable } from './catalogue/map-types.ts';
import type { MapKinds } from './catalogue/map-types.ts';
import type { KernelConfig } from './rules/configs/config.ts';
import { rulesNotice, rulesOff, rulesWithout } from './rules/iterator-rules.ts';
import type { IteratorRule, IteratorRules } from './rules/iterator-rules.ts';
import { checkRegistration } from './rules/registration.ts';

/** Numbers that a program must stay within. */
export interface Limits {
  /** Instructions of one program. */
  readonly programInsns: number;
  /** Instructions that one verification processes (BPF_COMPLEXITY_LIMIT_INSNS). */
  readonly processed: number;
  /** Paths that wait at a time (BPF_COMPLEXITY_LIMIT_JMP_SEQ). */
  readonly waitingPaths: number;
  /** Functions of one program, the main one included. */
  readonly subprograms: number;
  /** Frames of one chain of calls. */
  readonly frames: number;
  /** Bytes of the stack that one chain of calls shares. */
  readonly stack: number;
  /** Bytes of the stack that functions above one with a tail call may have used. */
  readonly stackBeforeTailCall: number;
  /** Registers and slots that one branch refines together. */
  readonly linkedRegisters: number;
  /** Bytes of a tracepoint's record that a program may read (PERF_MAX_TRACE_SIZE). */
  readonly traceRecord: number;
  /** Tail calls of one run. */
  readonly tailCalls: number;
  /** Times that `may_goto` jumps on in one run. */
  readonly mayGotoLoops: number;
}

/** Where a release does what it was not meant to; each is proved by a program that the kernel was given. */
export interface Quirks {
  /** Programs on tracepoints may read before the record: a negative offset passes as a large unsigned one. */
  readonly tracepointBeforeRecord: boolean;
  /** The path that is one too many at an AND or OR makes the kernel follow a null pointer: there is no verdict to agree with. */
  readonly forkAtAluCrashes: boolean;
  /** A work queue in a map without special fields makes the kernel follow a null pointer. */
  readonly workQueueWithoutFieldsCrashes: boolean;
  /** Of several special fields of a kind in a value, only the last is known. */
  readonly lastFieldOnly: boolean;
}

/** What one release of Linux is, but for the types of one build. */
export interface KernelRelease {
  /** Stable name that traces carry, e.g. `linux-6.18`. */
  readonly id: string;
  /** What people call it, e.g. `Linux 6.18`. */
  readonly title: string;
  readonly limits: Limits;
  readonly quirks: Quirks;
  readonly helpers: readonly HelperDescriptor[];
  readonly helperAccess: HelperAccess;
  readonly kfuncs: readonly KfuncDescriptor[];
  readonly iterators: readonly IteratorDescriptor[];
  readonly targets: readonly IterTarget[];
  readonly maps: MapKinds;
  /** Whether argument `arg` of a raw tracepoint may be NULL, which BTF does not tell. */
  readonly tracepointNulls: (tracepoint: string, arg: number) => boolean;
  /** Address of a kernel symbol in the modelled kernel, 0 for one that it does not have. @throws Unsupported when that is not known */
  readonly symbolAddress: (btf: Btf, name: string) => bigint;
  /** What `.kconfig` variables are filled from. */
  readonly config: () => KernelConfig;
  /** Rules about iterators that the verifier leaves out: none for a kernel as it is. */
  readonly rulesOff?: readonly IteratorRule[];
}

/** What a derived model changes: limits and quirks one by one; what is listed is added, and takes the place of what has its name. */
export interface ModelChanges {
  /** Stable name of the derived model; `base+…` unless told. */
  readonly id?: string;
  readonly title?: string;
  readonly limits?: Partial<Limits>;
  readonly quirks?: Partial<Quirks>;
  readonly helpers?: readonly HelperDescriptor[];
  readonly kfuncs?: readonly KfuncDescriptor[];
  readonly iterators?: readonly IteratorDescriptor[];
  readonly targets?: readonly IterTarget[];
  /** Rules that are switched off besides those that are off already: what the model does then is no kernel's behaviour. */
  readonly rulesOff?: readonly IteratorRule[];
}

/**
 * One kernel as loader, verifier, machine, shell and help know it: a frozen value that is handed to them. What belongs to a machine (CPUs,
 * lockdown, options) is not part of it; see `rules/configuration.ts`.
 */
export interface KernelModel {
  readonly id: string;
  readonly title: string;
  readonly limits: Limits;
  readonly quirks: Quirks;
  readonly helpers: HelperTable;
  readonly kfuncs: KfuncTable;
  readonly iterators: IteratorTable;
  readonly targets: TargetTable;
  readonly maps: MapTable;
  readonly btf: Btf;
  /** Which rules about iterators the verifier keeps: all of them, unless the model was derived to leave some out. */
  readonly rules: IteratorRules;
  /** One line that says that the model is no kernel's; empty for one that keeps all rules. */
  readonly notice: string;
  /** What the loader needs to know. */
  readonly loading: Required<Pick<LoadOptions, 'kconfig' | 'symbols'>> & { readonly kernelBtf: Btf };
  tracepointNulls(tracepoint: string, arg: number): boolean;
  /** Another model that differs from this one. This one stays as it is. */
  derive(changes: ModelChanges): KernelModel;
}

/** A model of a release with the types of one build. */
export function kernelModel(release: KernelRelease, btf: Btf): KernelModel {
  const types = declareIterators(btf, release.iterators);
  const iterators = new IteratorTable(release.iterators);
  const rules = rulesWithout(release.rulesOff ?? []);
  return Object.freeze({
    id: release.id,
    title: release.title,
    limits: Object.freeze({ ...release.limits }),
    quirks: Object.freeze({ ...release.quirks }),
    helpers: new HelperTable(release.helpers, release.helperAccess),
    kfuncs: new KfuncTable(iterators, release.kfuncs),
    iterators,
    targets: new TargetTable(release.targets),
    maps: new MapTable(release.maps),
    btf: types,
    rules,
    notice: rulesNotice(rules),
    loading: {
      kernelBtf: types,
      get kconfig() {
        return release.config();
      },
      symbols: (name: string) => release.symbolAddress(types, name),
    },
    tracepointNulls: release.tracepointNulls,
    derive: (changes: ModelChanges) => {
      for (const { name, declaration } of changes.iterators ?? [])
        if (declaration === undefined && !hasIterator(btf, name))
          throw new InputError(`the kernel has no struct bpf_iter_${name}, and the iterator declares no functions`);
      const model = kernelModel(derived(release, changes), btf);
      for (const iterator of changes.iterators ?? []) mustRegister(model, iterator);
      return model;
    },
  });
}

/** Registers the functions of an iterator as the kernel does. @throws InputError with the first rule that they break */
function mustRegister({ btf, rules }: KernelModel, iterator: IteratorDescriptor): void {
  const refused = checkRegistration(btf, kfuncsOf(iterator), { size: rules.size }).find(({ errno }) => errno !== 0);
  if (refused !== undefined) throw new InputError(refused.message, `iterator ${iterator.name}`);
}

const MOST_FRAMES = 64;

/** @throws InputError for limits that no verifier state could have */
function derived(release: KernelRelease, changes: ModelChanges): KernelRelease {
  const { stack, frames } = { ...release.limits, ...changes.limits };
  if (stack > release.limits.stack)
    throw new InputError(`a stack has at most ${release.limits.stack} bytes, not ${stack}`);
  if (frames < 1 || frames > MOST_FRAMES) throw new InputError(`${frames} frames: it is 1 to ${MOST_FRAMES}`);
  const added = [changes.helpers, changes.kfuncs, changes.iterators, changes.targets].flatMap((list) =>
    (list ?? []).map(({ name }) => name),
  );
  const changed = Object.entries({ ...changes.limits, ...changes.quirks }).map(([name, value]) => `${name}=${value}`);
  const before = release.rulesOff ?? [];
  const off = rulesOff(rulesWithout([...before, ...(changes.rulesOff ?? [])]));
  const without = off.filter((rule) => !before.includes(rule));
  const more = [...added, ...changed];
  const plain = changes.title ?? (more.length === 0 ? release.title : `${release.title} with ${more.join(', ')}`);
  return {
    ...release,
    // That rules are missing is said whatever the model is called.
    id: [changes.id ?? [release.id, ...more].join('+'), ...without.map((rule) => `without-${rule}`)].join('+'),
    title: without.length === 0 ? plain : `${plain} (${rulesNotice(rulesWithout(off))})`,
    rulesOff: off,
    limits: { ...release.limits, ...changes.limits },
    quirks: { ...release.quirks, ...changes.quirks },
    helpers: merged(release.helpers, changes.helpers),
    kfuncs: merged(release.kfuncs, changes.kfuncs),
    iterators: merged(release.iterators, changes.iterators),
    targets: merged(release.targets, changes.targets),
  };
}

function merged<T extends { readonly name: string }>(old: readonly T[], added: readonly T[] = []): readonly T[] {
  return [...old.filter(({ name }) => !added.some((one) => one.name === name)), ...added];
}
