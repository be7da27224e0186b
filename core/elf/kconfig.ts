import type { Btf, BtfType } from '../btf/btf.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import type { Extern } from './externs.ts';

/** What the virtual and real `.kconfig` variables are filled from. */
export interface KernelFacts {
  /** KERNEL_VERSION(major, minor, patch) */
  readonly version: number;
  /** `CONFIG_X` to its text in the kernel's config (`y`, `m`, `"text"`, `1000`); null when it is not known. */
  readonly config: ReadonlyMap<string, string> | null;
}

function kindOf(btf: Btf, id: number): 'bool' | 'char' | 'int' | 'tristate' | 'text' | null {
  const type: BtfType = btf.skipModifiers(id);
  switch (type.kind) {
    case 'int':
      if (type.bool) return type.size === 1 ? 'bool' : null;
      return type.size === 1 ? 'char' : [2, 4, 8].includes(type.size) ? 'int' : null;
    case 'enum':
    case 'enum64':
      return type.name === 'libbpf_tristate' ? 'tristate' : null;
    case 'array':
      return type.count > 0 && kindOf(btf, type.type) === 'char' ? 'text' : null;
    default:
      return null;
  }
}

function fits(value: bigint, size: number, signed: boolean): boolean {
  if (size >= 8) return true;
  return signed ? BigInt.asIntN(size * 8, value) === value : BigInt.asUintN(size * 8, value) === value;
}

/**
 * The bytes of one `.kconfig` variable; a string says why there are none. An extern that is weak and unknown is zero.
 */
export function kconfigValue(ext: Extern, btf: Btf, facts: KernelFacts): Uint8Array | string {
  const out = new Uint8Array(ext.size);
  const kind = kindOf(btf, ext.type);
  if (kind === null) return `.kconfig variable ${ext.name} has a type that libbpf does not take`;
  const number = (value: bigint): Uint8Array | string => {
    const type = btf.skipModifiers(ext.type);
    if (kind === 'text' || kind === 'tristate')
      return `.kconfig variable ${ext.name} is ${kind === 'text' ? 'text' : 'a tristate'}, its value is a number`;
    if (kind === 'bool' && value > 1n) return `.kconfig variable ${ext.name} is a bool, its value is ${value}`;
    if (!fits(value, ext.size, type.kind === 'int' && type.signed))
      return `.kconfig variable ${ext.name} is too small for ${value}`;
    let rest = BigInt.asUintN(64, value);
    for (let i = 0; i < out.length; i++, rest >>= 8n) out[i] = Number(rest & 255n);
    return out;
  };
  switch (ext.name) {
    case 'LINUX_KERNEL_VERSION':
      return number(BigInt(facts.version));
    case 'LINUX_HAS_BPF_COOKIE':
    case 'LINUX_HAS_SYSCALL_WRAPPER':
      return number(1n);
    default:
      break;
  }
  if (!ext.name.startsWith('CONFIG_'))
    return ext.weak && ext.name.startsWith('LINUX_') ? out : `.kconfig variable ${ext.name} is none that libbpf knows`;
  if (facts.config === null) return `.kconfig variable ${ext.name}: the kernel's configuration is not known`;
  const text = facts.config.get(ext.name);
  if (text === undefined)
    return ext.weak ? out : `.kconfig variable ${ext.name} is not set in the kernel's configuration`;
  if (text === 'y' || text === 'm' || text === 'n') {
    if (kind === 'char') out[0] = text.charCodeAt(0);
    else if (kind === 'bool' && text !== 'm') out[0] = text === 'y' ? 1 : 0;
    else if (kind === 'tristate') out[0] = text === 'y' ? 1 : text === 'm' ? 2 : 0;
    else return `.kconfig variable ${ext.name} is '${text}', which its type cannot hold`;
    return out;
  }
  if (text.startsWith('"')) {
    if (kind !== 'text') return `.kconfig variable ${ext.name} is text, its type is not`;
    if (text.length < 2 || !text.endsWith('"'))
      return `.kconfig variable ${ext.name} has a text without an end: ${text}`;
    out.set(encodeUtf8(text.slice(1, text.endsWith('"') ? -1 : undefined)).subarray(0, Math.max(0, ext.size - 1)));
    return out;
  }
  return /^-?(0[xX][0-9a-fA-F]+|\d+)$/.test(text)
    ? number(text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text))
    : `.kconfig variable ${ext.name} is '${text}'`;
}
