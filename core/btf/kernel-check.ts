import type { Btf } from './btf.ts';
import { objectFieldsErrno } from './map-fields.ts';

/**
 * Why the kernel would refuse this BTF, or null. Only what compilers do produce is looked at: libbpf then goes on without BTF, so that
 * the kernel knows neither source lines nor function names of the object.
 * @param kernel the kernel's own types; without them structures with pointers to kernel objects are not looked at
 */
export function kernelRefuses(btf: Btf, kernel: Btf | null = null): string | null {
  for (let id = 1; id < btf.count; id++) {
    const type = btf.type(id);
    if (type.kind !== 'func') continue;
    if (type.linkage > 1) return `[${id}] FUNC ${type.name}: invalid linkage ${type.linkage}`;
    const proto = btf.type(type.type);
    if (proto.kind !== 'func_proto') return `[${id}] FUNC ${type.name}: type ${type.type} is no prototype`;
    const unnamed = proto.params.findIndex((param) => param.name === '' && param.type !== 0);
    if (unnamed >= 0) return `[${id}] FUNC ${type.name}: argument ${unnamed + 1} has no name`;
  }
  const errno = kernel === null ? 0 : objectFieldsErrno(btf, kernel);
  return errno === 0 ? null : `a structure's special fields make no sense together (errno ${errno})`;
}
