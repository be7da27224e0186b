import { InputError, Unsupported } from '../../../base/errors.ts';
import type { Btf } from '../../../btf/btf.ts';
import { ExtendedBtf } from '../../../btf/extended.ts';
import type { IteratorDescriptor } from '../descriptor.ts';

/**
 * A kernel's BTF with the structure and the functions of iterators that it does not have, as the kernel's build would declare them.
 * @throws InputError when a declaration names a type that the kernel does not have
 */
export function declareIterators(kernel: Btf, iterators: readonly IteratorDescriptor[]): Btf {
  const missing = iterators.filter(({ name, declaration }) => declaration !== undefined && !hasIterator(kernel, name));
  if (missing.length === 0) return kernel;
  const btf = new ExtendedBtf(kernel);
  for (const iterator of missing) declare(btf, iterator);
  return btf;
}

function declare(btf: ExtendedBtf, iterator: IteratorDescriptor): void {
  const { name, size } = iterator;
  const declaration = iterator.declaration!;
  const word = typeByName(btf, 'u64', name);
  const members = Array.from({ length: Math.floor(size / 8) }, (_, i) => ({
    name: `opaque${i}`,
    type: word,
    bitOffset: i * 64,
  }));
  const state = btf.add({ kind: 'struct', name: `bpf_iter_${name}`, size, members });
  const it = { name: 'it', type: btf.add({ kind: 'ptr', name: '', type: state }) };
  const parameters = declaration.parameters.map((one) => ({ name: one.name, type: typeByName(btf, one.type, name) }));
  const element = btf.add({ kind: 'ptr', name: '', type: typeByName(btf, declaration.element, name) });
  const define = (func: string, ret: number, params: readonly { name: string; type: number }[]): void => {
    const proto = btf.add({ kind: 'func_proto', name: '', ret, params });
    const id = btf.add({ kind: 'func', name: func, type: proto });
    btf.add({ kind: 'decl_tag', name: 'bpf_kfunc', type: id });
  };
  const usual = {
    new: { ret: typeByName(btf, 'int', name), params: [it, ...parameters] },
    next: { ret: element, params: [it] },
    destroy: { ret: 0, params: [it] },
  };
  for (const method of ['new', 'next', 'destroy'] as const) {
    const own = declaration.prototypes?.[method];
    if (own === undefined) define(iterator[method].name, usual[method].ret, usual[method].params);
    else {
      // Structures that the kernel does not have are the module's, as large as the state.
      for (const { type } of own.parameters) declareStructure(btf, type, size);
      const params = own.parameters.map((one) => ({ name: one.name, type: typeByName(btf, one.type, name) }));
      define(iterator[method].name, typeByName(btf, own.result, name), params);
    }
  }
  for (const [func, { result, parameters: more }] of Object.entries(declaration.methods ?? {})) {
    const rest = more.map((one) => ({ name: one.name, type: typeByName(btf, one.type, name) }));
    // By this ending the verifier knows that an argument is an iterator that was made.
    define(func, typeByName(btf, result, name), [{ ...it, name: 'it__iter' }, ...rest]);
  }
}

function declareStructure(btf: ExtendedBtf, type: string, size: number): void {
  const name = /\bstruct (\w+)/.exec(type)?.[1];
  if (name !== undefined && !hasStructure(btf, name)) btf.add({ kind: 'struct', name, size, members: [] });
}

/** The kernel's type of a C name: `void`, `int`, `u64`, `struct task_struct`, with `*` for pointers, `const` and `volatile`. */
function typeByName(btf: ExtendedBtf, text: string, iterator: string): number {
  const words = text.trim();
  const [, inner, after] = /^(.*\*) ?(const|volatile|restrict)$/.exec(words) ?? [];
  if (inner !== undefined) return btf.add({ kind: after as 'const', name: '', type: typeByName(btf, inner, iterator) });
  const [, before, rest] = words.endsWith('*') ? [] : (/^(const|volatile) (.*)$/.exec(words) ?? []);
  if (rest !== undefined) return btf.add({ kind: before as 'const', name: '', type: typeByName(btf, rest, iterator) });
  if (words.endsWith('*'))
    return btf.add({ kind: 'ptr', name: '', type: typeByName(btf, words.slice(0, -1), iterator) });
  if (words === 'void') return 0;
  const id = findType(btf, words);
  if (id === 0) throw new InputError(`iterator ${iterator}: the kernel has no type '${words}'`);
  return id;
}

/**
 * Number of the type that C calls `words`, no pointer: `int`, `u64`, `struct task_struct`; 0 for one that the kernel does not have.
 * @throws Unsupported for one that may be among those that the shipped types leave out
 */
export function findType(btf: Btf, words: string): number {
  const [tag, tagged] = words.split(' ');
  if (tag === 'struct' || tag === 'union') return btf.find(tag, tagged ?? '');
  const name = SPELLINGS[words] ?? words;
  let leftOut: Unsupported | null = null;
  for (const kind of ['int', 'typedef'] as const) {
    try {
      const id = btf.find(kind, name);
      if (id !== 0) return id;
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      leftOut = error;
    }
  }
  if (leftOut !== null) throw leftOut;
  return 0;
}

/** Numbers as C programs write them, where BTF has the compiler's spelling. */
const SPELLINGS: Readonly<Record<string, string>> = {
  unsigned: 'unsigned int',
  short: 'short int',
  'unsigned short': 'short unsigned int',
  long: 'long int',
  'unsigned long': 'long unsigned int',
  'long long': 'long long int',
  'unsigned long long': 'long long unsigned int',
};

/** Whether a kernel has the structure of an iterator of that name. What its shipped types left out may take any name: it counts as not there. */
export const hasIterator = (btf: Btf, name: string): boolean => hasStructure(btf, `bpf_iter_${name}`);

function hasStructure(btf: Btf, name: string): boolean {
  try {
    return btf.find('struct', name) !== 0;
  } catch (error) {
    if (error instanceof Unsupported) return false;
    throw error;
  }
}
