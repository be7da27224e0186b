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
  define(iterator.new.name, typeByName(btf, 'int', name), [it, ...parameters]);
  define(iterator.next.name, element, [it]);
  define(iterator.destroy.name, 0, [it]);
  for (const [func, { result, parameters: more }] of Object.entries(declaration.methods ?? {})) {
    const rest = more.map((one) => ({ name: one.name, type: typeByName(btf, one.type, name) }));
    // By this ending the verifier knows that an argument is an iterator that was made.
    define(func, typeByName(btf, result, name), [{ ...it, name: 'it__iter' }, ...rest]);
  }
}

/** The kernel's type of a C name: `void`, `int`, `u64`, `struct task_struct`, with `*` for pointers. */
function typeByName(btf: ExtendedBtf, text: string, iterator: string): number {
  const words = text.trim();
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
export function hasIterator(btf: Btf, name: string): boolean {
  try {
    return btf.find('struct', `bpf_iter_${name}`) !== 0;
  } catch (error) {
    if (error instanceof Unsupported) return false;
    throw error;
  }
}
