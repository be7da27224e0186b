import type { Btf, BtfType } from './btf.ts';
import { declaration, printPadded } from './print.ts';

/** How far a type is written: by its name alone, not yet but what it holds is, then both, or whole. */
type Written = 'declared' | 'begun' | 'begun and declared' | 'whole';

/** Names that C has for something else, or that our own header writes. */
const RESERVED: ReadonlySet<string> = new Set(['bool', 'true', 'false', 'va_list', '__builtin_va_list']);

/**
 * All named types of a kernel as one C header (`vmlinux.h`), each behind those that it holds, and the functions that programs may call as externs.
 * Structures carry `preserve_access_index`, so that the loader adjusts accesses to the kernel that it finds.
 * @param functions names of kernel functions to declare; those that the BTF lacks are left out
 */
export function cHeader(btf: Btf, functions: readonly string[]): string {
  const writer = new HeaderWriter(btf);
  for (const kind of ['typedef', 'enum', 'enum64', 'struct', 'union'] as const)
    for (const id of btf.ids(kind)) if (btf.type(id).name !== '') writer.whole(id);
  for (const name of functions) writer.extern(name);
  return writer.text();
}

class HeaderWriter {
  readonly #lines: string[] = [];
  readonly #externs: string[] = [];
  readonly #written = new Map<string, Written>();
  readonly #constants = new Set<string>();
  readonly #tags = new Map<string, string>();

  constructor(private readonly btf: Btf) {}

  text(): string {
    return [
      '#ifndef __VMLINUX_H__',
      '#define __VMLINUX_H__',
      '/* Types of the modelled kernel, written from its BTF. */',
      '#ifndef BPF_NO_PRESERVE_ACCESS_INDEX',
      '#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)',
      '#endif',
      'typedef _Bool bool;',
      'typedef __builtin_va_list va_list;',
      'enum { false = 0, true = 1 };',
      ...this.#lines,
      '#ifndef BPF_NO_PRESERVE_ACCESS_INDEX',
      '#pragma clang attribute pop',
      '#endif',
      '#ifndef __ksym',
      '#define __ksym __attribute__((section(".ksyms")))',
      '#endif',
      ...this.#externs,
      '#endif',
      '',
    ].join('\n');
  }

  /** A kernel function that programs may call. */
  extern(name: string): void {
    const id = this.btf.find('func', name);
    if (id === 0) return;
    const type = this.btf.type(id);
    if (type.kind !== 'func') return;
    this.#refer(type.type);
    this.#externs.push(`extern ${declaration(this.btf, type.type, name)} __attribute__((weak)) __ksym;`);
  }

  /** Writes a type, behind what it holds. Types of one name are one: the first. */
  whole(id: number): void {
    const type = this.btf.type(id);
    if (!isDefined(type)) return this.#parts(type);
    const key = keyOf(type);
    const state = this.#written.get(key);
    if ((state !== undefined && state !== 'declared') || this.#isOther(type)) return;
    this.#written.set(key, state === 'declared' ? 'begun and declared' : 'begun');
    this.#parts(type);
    this.#written.set(key, 'whole');
    if (type.kind === 'typedef' && RESERVED.has(type.name)) return;
    this.#lines.push(this.#ownConstants(printPadded(this.btf, id)));
  }

  // What has to be written before a type is.
  #parts(type: BtfType): void {
    switch (type.kind) {
      case 'struct':
      case 'union':
        for (const member of type.members) this.#hold(member.type);
        break;
      case 'typedef': {
        const target = this.btf.type(type.type);
        // The name of a structure that has one of its own is enough.
        if ((target.kind === 'struct' || target.kind === 'union') && target.name !== '') this.#declare(target);
        else this.#hold(type.type);
        break;
      }
      case 'ptr':
      case 'func_proto':
        this.#refer(type.id);
        break;
      default:
    }
  }

  // A type that is held by value.
  #hold(id: number): void {
    const type = this.btf.type(id);
    switch (type.kind) {
      case 'const':
      case 'volatile':
      case 'restrict':
      case 'type_tag':
      case 'array':
        return this.#hold(type.type);
      case 'ptr':
      case 'func_proto':
        return this.#refer(id);
      case 'typedef':
        this.whole(id);
        // By value the structure behind it has to be whole too.
        return this.#holdBehind(type.type);
      default:
        return this.whole(id);
    }
  }
  #holdBehind(id: number): void {
    const type = this.btf.type(id);
    if (type.kind === 'typedef') return this.#holdBehind(type.type);
    if ((type.kind === 'struct' || type.kind === 'union') && type.name !== '') this.whole(id);
  }

  // A type that is pointed at, or handed over: of structures the name is enough.
  #refer(start: number): void {
    const seen = new Set<number>();
    const visit = (id: number): void => {
      if (id === 0 || seen.has(id)) return;
      seen.add(id);
      const type = this.btf.type(id);
      switch (type.kind) {
        case 'ptr':
        case 'const':
        case 'volatile':
        case 'restrict':
        case 'type_tag':
        case 'array':
          return visit(type.type);
        case 'func_proto':
          visit(type.ret);
          for (const param of type.params) visit(param.type);
          return;
        case 'typedef':
        case 'enum':
        case 'enum64':
          return this.whole(id);
        case 'struct':
        case 'union':
          if (type.name !== '') this.#declare(type);
          else for (const member of type.members) this.#hold(member.type);
          return;
        case 'fwd':
          return this.#declare(type);
        default:
      }
    };
    visit(start);
  }

  #declare(type: BtfType): void {
    const key = keyOf(type);
    const state = this.#written.get(key);
    if ((state !== undefined && state !== 'begun') || this.#isOther(type)) return;
    this.#written.set(key, state === 'begun' ? 'begun and declared' : 'declared');
    this.#lines.push(`${key};`);
  }

  // Structures, unions and enumerations share their names in C: of two kinds the first is written.
  #isOther(type: BtfType): boolean {
    if (type.kind === 'typedef') return false;
    const word = keyOf(type).split(' ')[0]!;
    const first = this.#tags.get(type.name);
    if (first === undefined) this.#tags.set(type.name, word);
    return first !== undefined && first !== word;
  }

  // Constants of one name in two enumerations: the later ones get a number.
  #ownConstants(text: string): string {
    return text
      .split('\n')
      .map((line) => {
        const equals = line.indexOf(' = ');
        if (equals < 0 || !line.startsWith('\t') || !line.endsWith(',')) return line;
        const name = line.slice(0, equals).trim();
        let own = RESERVED.has(name) ? `${name}___2` : name;
        for (let n = 2; this.#constants.has(own); n++) own = `${name}___${n}`;
        this.#constants.add(own);
        return line.replace(name, own);
      })
      .join('\n');
  }
}

const isDefined = (type: BtfType): boolean =>
  type.name !== '' && ['struct', 'union', 'enum', 'enum64', 'typedef'].includes(type.kind);

/** How C tells types of different kinds and one name apart: `struct file`, `file`. */
function keyOf(type: BtfType): string {
  switch (type.kind) {
    case 'fwd':
      return `${type.union ? 'union' : 'struct'} ${type.name}`;
    case 'enum64':
      return `enum ${type.name}`;
    case 'typedef':
      return type.name;
    default:
      return `${type.kind} ${type.name}`;
  }
}
