import { InputError, Unsupported } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { alignOf } from '../btf/align.ts';
import type { Btf, BtfType } from '../btf/btf.ts';
import { essentialName } from '../btf/name-index.ts';
import type { BtfPatch } from '../btf/patch.ts';
import { typesCompatible } from './core-compat.ts';
import { SHN_LORESERVE, STB_GLOBAL, STB_WEAK, STT_NOTYPE } from './elf-file.ts';
import type { ElfFile, ElfSymbol } from './elf-file.ts';

/** A symbol that the kernel or its configuration has to provide. */
export interface Extern {
  readonly name: string;
  readonly symbol: number;
  readonly weak: boolean;
  /** `.kconfig` variable, or `.ksyms` kernel variable or function. */
  readonly section: 'kconfig' | 'ksyms';
  /** BTF id of its VAR or FUNC in the object. */
  readonly btfId: number;
  /** The type of the variable or function, modifiers skipped; 0 (void) for an untyped kernel symbol. */
  readonly type: number;
  readonly size: number;
  readonly align: number;
}

/** What an extern came to be in this kernel. */
export type Resolved =
  | { readonly kind: 'kernel-btf'; readonly id: number }
  | { readonly kind: 'kconfig'; readonly offset: number }
  | { readonly kind: 'address'; readonly address: bigint }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unsupported'; readonly why: string };

function isExtern(symbol: ElfSymbol): boolean {
  return symbol.section === 0 && (symbol.bind === STB_GLOBAL || symbol.bind === STB_WEAK) && symbol.type === STT_NOTYPE;
}

const ORDER = { kconfig: 0, ksyms: 1 } as const;

/** Bytewise, as strcmp orders names. */
function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The object's externs in libbpf's order (an extern's place in it shows in the log of an unresolved weak kfunc). */
export function collectExterns(elf: ElfFile, btf: Btf | null): Extern[] {
  const externs: Extern[] = [];
  const byId = new Map<string, BtfType>();
  const sectionOf = new Map<number, string>();
  for (let id = 1; btf !== null && id < btf.count; id++) {
    const type = btf.type(id);
    if ((type.kind === 'var' || type.kind === 'func') && !byId.has(type.name)) byId.set(type.name, type);
    if (type.kind === 'datasec')
      for (const v of type.vars) if (!sectionOf.has(v.type)) sectionOf.set(v.type, type.name);
  }
  for (const symbol of elf.symbols) {
    if (!isExtern(symbol) || symbol.name === '' || symbol.section >= SHN_LORESERVE) continue;
    const fail = (reason: string): never => {
      throw new InputError(`extern '${symbol.name}' ${reason}`, `symbol ${symbol.index}`);
    };
    const type = byId.get(symbol.name);
    if (btf === null || type === undefined) return fail('has no BTF: compile with -g');
    if ((type.kind !== 'var' && type.kind !== 'func') || type.linkage !== 2) return fail('is not extern in BTF');
    const section = sectionOf.get(type.id);
    if (section !== '.kconfig' && section !== '.ksyms')
      return fail(`is in section '${section ?? ''}', not .kconfig or .ksyms`);
    const kconfig = section === '.kconfig';
    if (kconfig && type.kind === 'func') return fail('is a function in .kconfig');
    externs.push({
      name: type.name,
      symbol: symbol.index,
      weak: symbol.bind === STB_WEAK,
      section: kconfig ? 'kconfig' : 'ksyms',
      btfId: type.id,
      type: btf.skipModifiers(type.type).id,
      size: kconfig ? btf.sizeOf(type.type) : 0,
      align: kconfig ? alignOf(btf, type.type) : 0,
    });
  }
  return externs.sort(
    (a, b) =>
      ORDER[a.section] - ORDER[b.section] ||
      (a.section === 'kconfig' ? b.align - a.align || a.size - b.size : 0) ||
      byName(a.name, b.name),
  );
}

/**
 * Turns externs into what the kernel's BTF check accepts, as libbpf does: each `.ksyms` entry becomes a 4-byte int variable, extern
 * functions become global and their section entries a variable of ours; `.kconfig` variables become allocated ones at `offsets`.
 */
export function fixExternBtf(patch: BtfPatch, externs: readonly Extern[], offsets: ReadonlyMap<Extern, number>): void {
  if (externs.length === 0) return;
  const ksyms = patch.btf.find('datasec', '.ksyms');
  const section = patch.btf.type(ksyms);
  let dummy = 0;
  let dummyName = 0;
  let int = 0;
  for (let id = 1; id < patch.btf.count && int === 0; id++) {
    const type = patch.btf.type(id);
    if (type.kind === 'int' && type.bits === 32) int = id;
  }
  if (section.kind === 'datasec' && (int === 0 || section.vars.some((v) => patch.btf.type(v.type).kind === 'func'))) {
    const withInt = int === 0;
    const first = patch.append(withInt ? ['int', 'dummy_ksym'] : ['dummy_ksym'], (strings, id) => {
      dummyName = strings[strings.length - 1]!;
      const variable = [dummyName, 14 << 24, withInt ? id : int, 1];
      return withInt ? [[strings[0]!, 1 << 24, 4, (1 << 24) | 32], variable] : [variable];
    });
    if (withInt) int = first;
    dummy = withInt ? first + 1 : first;
  }
  if (section.kind === 'datasec') {
    const vars = section.vars.map((v, i) => {
      const type = patch.btf.type(v.type);
      if (type.kind === 'func') {
        const proto = patch.btf.type(type.type);
        if (proto.kind === 'func_proto')
          proto.params.forEach((param, p) => {
            if (param.type !== 0 && param.name === '') patch.setParamName(proto.id, p, dummyName);
          });
        patch.setLinkage(type.id, 1);
        return { type: dummy, offset: 4 * i, size: 4 };
      }
      if (type.kind !== 'var') throw new InputError(`.ksyms holds a ${type.kind}`, '.BTF');
      patch.setLinkage(type.id, 1);
      patch.setSizeOrType(type.id, int);
      return { type: v.type, offset: 4 * i, size: 4 };
    });
    patch.setVars(ksyms, vars);
    patch.setSizeOrType(ksyms, 4 * vars.length);
  }
  const kconfig = patch.btf.find('datasec', '.kconfig');
  const configSection = patch.btf.type(kconfig);
  if (configSection.kind === 'datasec') {
    const byId = new Map(externs.map((ext) => [ext.btfId, ext]));
    const vars = configSection.vars.map((v) => {
      const ext = byId.get(v.type);
      if (ext === undefined)
        throw new InputError(`.kconfig variable '${patch.btf.type(v.type).name}' has no symbol`, '.BTF');
      patch.setLinkage(v.type, 1);
      return { type: v.type, offset: offsets.get(ext)!, size: v.size };
    });
    patch.setVars(
      kconfig,
      vars.sort((a, b) => a.offset - b.offset),
    );
    patch.setSizeOrType(kconfig, kconfigLayout(externs).size);
  }
}

/** Where each `.kconfig` variable lies in the map, and the map's size. */
export function kconfigLayout(externs: readonly Extern[]): { offsets: Map<Extern, number>; size: number } {
  const offsets = new Map<Extern, number>();
  let size = 0;
  for (const ext of externs) {
    if (ext.section !== 'kconfig') continue;
    const align = Math.max(1, ext.align);
    const offset = Math.ceil(size / align) * align;
    offsets.set(ext, offset);
    size = offset + ext.size;
  }
  return { offsets, size };
}

/** The kernel function whose name is nearest, as a question. */
function suggestion(name: string, kernel: Btf): string {
  const names: string[] = [];
  for (let id = 1; id < kernel.count; id++) {
    const type = kernel.type(id);
    if (type.kind === 'func' && type.name.startsWith('bpf_')) names.push(type.name);
  }
  const near = nearest(name, names);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Address of a kernel symbol, 0 for none. @throws Unsupported when it is not known */
export type SymbolAddress = (name: string) => bigint;

/** An extern without a type is an address of /proc/kallsyms. */
function untyped(ext: Extern, addressOf: SymbolAddress | null): Resolved {
  if (addressOf === null)
    return { kind: 'unsupported', why: `untyped kernel symbol ${ext.name} (its address comes from kallsyms)` };
  const address = addressOf(ext.name);
  if (address !== 0n) return { kind: 'address', address };
  return ext.weak
    ? { kind: 'missing' }
    : { kind: 'unsupported', why: `kernel symbol ${ext.name}, which this kernel does not have` };
}

/** Looks a `.ksyms` extern up in the kernel's BTF, or among its symbols. */
export function resolveKsym(ext: Extern, local: Btf, kernel: Btf | null, addressOf: SymbolAddress | null): Resolved {
  if (kernel === null) return { kind: 'unsupported', why: `${ext.name} needs the kernel's BTF` };
  const own = local.type(ext.btfId);
  try {
    if (own.kind === 'var' && ext.type === 0) return untyped(ext, addressOf);
    if (own.kind === 'func') {
      const id = kernel.find('func', essentialName(ext.name));
      if (id === 0)
        return ext.weak
          ? { kind: 'missing' }
          : { kind: 'unsupported', why: `kfunc ${ext.name} is not in the kernel's BTF${suggestion(ext.name, kernel)}` };
      const func = kernel.type(id);
      if (func.kind === 'func' && typesCompatible(local, ext.type, kernel, func.type))
        return { kind: 'kernel-btf', id };
      return ext.weak
        ? { kind: 'missing' }
        : {
            kind: 'unsupported',
            why: `kfunc ${ext.name} is declared differently from the kernel's (${kernel.typeName(id)})`,
          };
    }
    const id = kernel.find('var', ext.name);
    if (id === 0)
      return ext.weak
        ? { kind: 'missing' }
        : { kind: 'unsupported', why: `kernel variable ${ext.name} is not in the kernel's BTF` };
    const variable = kernel.type(id);
    if (variable.kind === 'var' && typesCompatible(local, ext.type, kernel, kernel.skipModifiers(variable.type).id))
      return { kind: 'kernel-btf', id };
    return { kind: 'unsupported', why: `kernel variable ${ext.name} has another type in the kernel` };
  } catch (error) {
    if (error instanceof Unsupported) return { kind: 'unsupported', why: error.feature };
    throw error;
  }
}
