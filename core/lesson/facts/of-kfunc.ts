import { declaration } from '../../btf/print.ts';
import * as descriptor from '../../kernel/catalogue/descriptor.ts';
import type { Subject } from '../checks/check.ts';

const FLAGS = Object.entries(descriptor).filter(
  (entry): entry is [string, number] => entry[0].startsWith('KF_') && typeof entry[1] === 'number',
);

/** How the kernel declares one of its functions, in C; null when it has none of that name. */
export function prototypeOf({ view }: Subject, name: string): string | null {
  const btf = view.text.kernelBtf;
  const id = btf?.find('func', name) ?? 0;
  if (btf === null || id <= 0) return null;
  const func = btf.type(id);
  const proto = func.kind === 'func' ? btf.type(func.type) : func;
  if (proto.kind !== 'func_proto') return null;
  const parameters = proto.params.map((one) => declaration(btf, one.type, one.name));
  return `${declaration(btf, proto.ret, name)}(${parameters.join(', ')})`;
}

/** The KF_* flags with which a function is registered, joined by `|`; `no flags` where there are none. */
export function flagsOf({ view }: Subject, name: string): string | null {
  const flags = view.text.kernel?.kfuncs.find(name)?.descriptor.flags;
  if (flags === undefined) return null;
  const words = FLAGS.filter(([, bit]) => (flags & bit) !== 0).map(([word]) => word);
  return words.length === 0 ? 'no flags' : words.join(' | ');
}
