import { EINVAL, errnoName } from '../../base/errno.ts';
import type { Btf, BtfType } from '../../btf/btf.ts';
import {
  KF_ACQUIRE,
  KF_ITER_DESTROY,
  KF_ITER_NEW,
  KF_ITER_NEXT,
  KF_RELEASE,
  KF_RET_NULL,
} from '../catalogue/descriptor.ts';

/** A kernel function as a set of them names it: BTF_ID_FLAGS(func, name, flags). */
export interface SetEntry {
  readonly name: string;
  /** KF_* bits. */
  readonly flags: number;
}

/** What `register_btf_kfunc_id_set` refuses, in the order in which it looks. */
export type RefusedKind =
  | 'no-such-function'
  | 'no-prototype'
  | 'several-methods'
  | 'no-parameters'
  | 'first-no-pointer'
  | 'first-no-structure'
  | 'structure-name'
  | 'empty-state'
  | 'state-size'
  | 'function-name'
  | 'more-parameters'
  | 'next-result'
  | 'destroy-result';

/** What Documentation/bpf asks of an iterator and the kernel does not look at when it registers one. */
export type UncheckedKind = 'incomplete-trio' | 'next-without-null' | 'inconsistent-flags';

export type ViolationKind = RefusedKind | UncheckedKind;

/** What each rule asks, in the order in which they are looked at. Those that the kernel does not look at come from its documentation. */
export const REGISTRATION_CHECKS: readonly { readonly kind: ViolationKind; readonly asks: string }[] = [
  { kind: 'no-such-function', asks: 'every function of the set is in the kernel’s BTF' },
  { kind: 'no-prototype', asks: 'and has a prototype there' },
  { kind: 'several-methods', asks: 'a method has exactly one of KF_ITER_NEW, KF_ITER_NEXT, KF_ITER_DESTROY' },
  { kind: 'no-parameters', asks: 'it has a parameter' },
  { kind: 'first-no-pointer', asks: 'the first one is a pointer' },
  { kind: 'first-no-structure', asks: 'to a structure' },
  { kind: 'structure-name', asks: 'that is called bpf_iter_<type>' },
  { kind: 'empty-state', asks: 'the structure has bytes' },
  { kind: 'state-size', asks: 'its size is a multiple of 8' },
  { kind: 'function-name', asks: 'the method is called bpf_iter_<type>_new, _next or _destroy, as its flag says' },
  { kind: 'more-parameters', asks: 'only new has more parameters than the iterator' },
  { kind: 'next-result', asks: 'next gives a pointer' },
  { kind: 'destroy-result', asks: 'destroy gives nothing' },
  { kind: 'incomplete-trio', asks: 'new, next and destroy are registered together' },
  { kind: 'next-without-null', asks: 'next has KF_RET_NULL' },
  { kind: 'inconsistent-flags', asks: 'flags say nothing that the prototype does not allow' },
];

/** True for a rule that the kernel itself looks at when a set is registered. */
export const isKernelRule = (kind: ViolationKind): kind is RefusedKind =>
  kind !== 'incomplete-trio' && kind !== 'next-without-null' && kind !== 'inconsistent-flags';

/** The part of a kernel function that breaks a rule; a number is a parameter, from 0. */
export type ViolationPlace = number | 'name' | 'flags' | 'structure' | 'parameters' | 'result';

/** A rule that a set of kernel functions breaks. */
export interface Violation {
  readonly kind: ViolationKind;
  /** The kernel function. */
  readonly func: string;
  readonly place: ViolationPlace;
  /** What registering the set returns: -EINVAL, or 0 where the kernel registers it all the same. */
  readonly errno: number;
  /** One sentence: function, what it has, and what the rule asks. */
  readonly message: string;
}

/** Which rules are looked at. */
export interface RegistrationOptions {
  /** False: a state of any size of 8 bytes or more is taken, whatever the stack's slots are. */
  readonly size?: boolean;
}

const PREFIX = 'bpf_iter_';
const METHODS = [
  { flag: KF_ITER_NEW, word: 'KF_ITER_NEW', suffix: 'new' },
  { flag: KF_ITER_NEXT, word: 'KF_ITER_NEXT', suffix: 'next' },
  { flag: KF_ITER_DESTROY, word: 'KF_ITER_DESTROY', suffix: 'destroy' },
] as const;
const ANY_METHOD = KF_ITER_NEW | KF_ITER_NEXT | KF_ITER_DESTROY;

/** Bytes of a slot of the verifier's stack. */
const SLOT = 8;

/**
 * What a set of kernel functions does wrong, as Linux 6.18 looks at it when the set is registered, and what its documentation asks beyond that
 * (Documentation/bpf/bpf_iterators.rst, Documentation/bpf/kfuncs.rst). Functions without KF_ITER_* flags may be anything, whatever they are called:
 * an iterator may have more methods than three. The kernel stops at the first thing that it refuses; all are told here.
 */
export function checkRegistration(
  btf: Btf,
  set: readonly SetEntry[],
  options: RegistrationOptions = {},
): readonly Violation[] {
  const found: Violation[] = [];
  const trios = new Map<string, number>();
  for (const entry of set) {
    const check = new EntryCheck(btf, entry, options.size ?? true);
    const iterator = check.run();
    found.push(...check.found);
    if (iterator !== null) trios.set(iterator, (trios.get(iterator) ?? 0) | (entry.flags & ANY_METHOD));
  }
  for (const [structure, flags] of trios) {
    const missing = METHODS.filter(({ flag }) => (flags & flag) === 0);
    if (missing.length === 0) continue;
    const names = missing.map(({ word, suffix }) => `${structure}_${suffix} (${word})`).join(' and ');
    found.push({
      kind: 'incomplete-trio',
      func: `${structure}_${missing[0]!.suffix}`,
      place: 'flags',
      errno: 0,
      message: `struct ${structure}: the set has no ${names}; an iterator is new, next and destroy, registered together. ${REGISTERED}`,
    });
  }
  return found;
}

/** What `register_btf_kfunc_id_set` returns for a set: 0, or a negative errno. */
export function registrationErrno(violations: readonly Violation[]): number {
  return violations.find(({ errno }) => errno !== 0)?.errno ?? 0;
}

const REGISTERED = 'Linux 6.18 does not look at that: it registers the set all the same';

/** One function of a set. */
class EntryCheck {
  readonly found: Violation[] = [];

  constructor(
    private readonly btf: Btf,
    private readonly entry: SetEntry,
    private readonly sizeMatters: boolean,
  ) {}

  /** Looks at everything. Gives the name of the iterator's structure, where the function is a method of one. */
  run(): string | null {
    const { btf, entry } = this;
    const id = entry.name === '' ? 0 : btf.find('func', entry.name);
    if (id === 0) {
      this.refuse('no-such-function', 'name', 'the kernel’s BTF has no function of that name');
      return null;
    }
    const func = btf.type(id);
    const proto = func.kind === 'func' ? btf.type(func.type) : func;
    if (proto.kind !== 'func_proto') {
      this.refuse('no-prototype', 'name', 'its type in BTF is no prototype');
      return null;
    }
    this.flags(proto);
    if ((entry.flags & ANY_METHOD) === 0) return null;
    const methods = METHODS.filter(({ flag }) => (entry.flags & flag) !== 0);
    if (methods.length > 1) {
      const words = methods.map(({ word }) => word).join(' and ');
      this.refuse('several-methods', 'flags', `it has ${words}; a function is exactly one method of an iterator`);
      return null;
    }
    return this.method(proto, methods[0]!);
  }

  private method(proto: Proto, { suffix }: (typeof METHODS)[number]): string | null {
    const { btf, entry } = this;
    const state = this.state(proto);
    if (state !== null) {
      const { name, size } = state;
      if (size === 0)
        this.refuse('empty-state', 'structure', `struct ${name} has 0 bytes; the state is a positive multiple of 8`);
      else if (size < SLOT || (this.sizeMatters && size % SLOT !== 0))
        this.refuse(
          'state-size',
          'structure',
          `struct ${name} has ${size} bytes, which is no positive multiple of 8: it would not fill whole slots of the stack`,
        );
      const expected = `${name}_${suffix}`;
      if (entry.name !== expected)
        this.refuse('function-name', 'name', `the ${suffix} of struct ${name} is called ${expected}`);
    }
    if (suffix !== 'new' && proto.params.length > 1)
      this.refuse(
        'more-parameters',
        1,
        `it has ${proto.params.length} parameters; ${suffix} takes the iterator alone, only new may take more`,
      );
    if (suffix === 'next') {
      if (btf.skipModifiers(proto.ret).kind !== 'ptr')
        this.refuse(
          'next-result',
          'result',
          `it gives '${btf.typeName(proto.ret)}'; next gives a pointer to the element, NULL at the end`,
        );
      if ((entry.flags & KF_RET_NULL) === 0)
        this.tell('next-without-null', 'flags', 'it has no KF_RET_NULL, though every iterator ends with NULL');
    }
    if (suffix === 'destroy' && btf.type(proto.ret).kind !== 'void')
      this.refuse(
        'destroy-result',
        'result',
        `it gives '${btf.typeName(proto.ret)}'; destroy gives nothing, it is void`,
      );
    return state?.name ?? null;
  }

  /** The structure that the first parameter points to, if it is that of an iterator. */
  private state({ params }: Proto): (BtfType & { readonly kind: 'struct' | 'union' }) | null {
    const { btf } = this;
    const first = params[0];
    if (first === undefined) {
      this.refuse('no-parameters', 'parameters', `it has none; the first one is a pointer to struct ${PREFIX}<type>`);
      return null;
    }
    const wanted = `the first parameter is a pointer to struct ${PREFIX}<type>`;
    const pointer = btf.skipModifiers(first.type);
    if (pointer.kind !== 'ptr') {
      this.refuse('first-no-pointer', 0, `'${btf.typeName(first.type)}' is no pointer; ${wanted}`);
      return null;
    }
    const target = btf.skipModifiers(pointer.type);
    if (target.kind !== 'struct') {
      this.refuse('first-no-structure', 0, `'${btf.typeName(first.type)}' points to no structure; ${wanted}`);
      return null;
    }
    if (!target.name.startsWith(PREFIX)) {
      this.refuse(
        'structure-name',
        0,
        `'${btf.typeName(first.type)}' points to a structure of another name; ${wanted}`,
      );
      return null;
    }
    return target;
  }

  /** Flags that say what the prototype, or the part in an iterator, does not allow. */
  private flags(proto: Proto): void {
    const { btf, entry } = this;
    const method = (entry.flags & ANY_METHOD) !== 0;
    const pointer = btf.skipModifiers(proto.ret).kind === 'ptr';
    if (method && (entry.flags & KF_RELEASE) !== 0)
      this.tell(
        'inconsistent-flags',
        'flags',
        'KF_RELEASE takes a reference to an object back, an iterator is none: every call of it is refused',
      );
    if (!pointer && (entry.flags & KF_RET_NULL) !== 0)
      this.tell('inconsistent-flags', 'flags', 'KF_RET_NULL, but it gives no pointer');
    if (!pointer && (entry.flags & KF_ACQUIRE) !== 0)
      this.tell('inconsistent-flags', 'flags', 'KF_ACQUIRE, but it gives no pointer');
  }

  private refuse(kind: RefusedKind, place: ViolationPlace, words: string): void {
    this.add(kind, place, EINVAL, `${words}. register_btf_kfunc_id_set returns -${errnoName(EINVAL)}`);
  }

  private tell(kind: UncheckedKind, place: ViolationPlace, words: string): void {
    this.add(kind, place, 0, `${words}. ${REGISTERED}`);
  }

  private add(kind: ViolationKind, place: ViolationPlace, errno: number, words: string): void {
    const where = typeof place === 'number' ? `parameter ${place + 1}` : place;
    this.found.push({ kind, func: this.entry.name, place, errno, message: `${this.entry.name}: ${where}: ${words}` });
  }
}

type Proto = BtfType & { readonly kind: 'func_proto' };
