import { InputError } from '../base/errors.ts';
import type { Btf, BtfType } from '../btf/btf.ts';
import type { ElfFile, ElfSection, ElfSymbol } from './elf-file.ts';
import { parseRelocations, SHF_EXECINSTR, SHT_NOBITS, SHT_PROGBITS, SHT_REL } from './elf-file.ts';
import type { ElfFunction } from './functions.ts';
import type { MapDef } from './object.ts';

const NAME_LEN = 15;
const TYPE_ARRAY = 2;
const TYPE_PERF_EVENT_ARRAY = 4;
/** BPF_F_RDONLY_PROG: programs only read the map. */
export const RDONLY_PROG = 1 << 7;
const F_MMAPABLE = 1 << 10;
const PAGE = 4096;

/** Map types that the kernel takes without BTF of key and value (libbpf drops it), by number. */
const WITHOUT_BTF: ReadonlySet<number> = new Set([4, 8, 7, 12, 13, 14, 25, 16, 17, 15, 18, 22, 23, 33]);
const ARRAY_OF_MAPS = 12;
const HASH_OF_MAPS = 13;
const PROG_ARRAY = 3;
const STRUCT_OPS = 26;
const RINGBUF = 27;
const USER_RINGBUF = 31;
const ARENA = 33;

/** A map and where relocations find it. */
export interface LoadedMap {
  readonly def: MapDef;
  readonly section: number;
  readonly offset: number;
  /** Bytes of its variable; absent for data sections. */
  readonly size?: number;
  /** Where the values that the object puts into it are listed; absent when it puts none. */
  readonly valuesAt?: number;
  /** Why programs that use it cannot be loaded by the model. */
  readonly unsupported?: string;
}

/** What a data section becomes, or null for one that becomes no map. */
export function dataKind(section: ElfSection): 'data' | 'rodata' | 'bss' | null {
  const is = (name: string): boolean => section.name === name || section.name.startsWith(`${name}.`);
  if (section.size === 0) return null;
  if (section.type === SHT_PROGBITS && (section.flags & SHF_EXECINSTR) === 0)
    return is('.data') ? 'data' : is('.rodata') ? 'rodata' : null;
  return section.type === SHT_NOBITS && is('.bss') ? 'bss' : null;
}

/** libbpf's name for an object: the file's base name, at most 15 characters, up to its first dot. */
export function objectName(file: string): string {
  return (file.split('/').pop() ?? '').slice(0, NAME_LEN).split('.')[0]!;
}

/** libbpf's name for the map of a data section: as much of the object's name as 15 characters leave. */
export function dataMapName(object: string, section: string): string {
  const suffix = Math.min(NAME_LEN, Math.max(7, section.length));
  // A section named by the user (`.data.mine`) stands alone.
  const prefix = section.indexOf('.', 1) >= 0 ? 0 : Math.min(NAME_LEN - suffix, object.length);
  return (object.slice(0, prefix) + section.slice(0, suffix)).slice(0, NAME_LEN).replace(/[^A-Za-z0-9_.]/g, '_');
}

/** The map that libbpf makes for a data section or for `.kconfig`. */
export function dataMap(
  object: string,
  section: string,
  kind: 'data' | 'rodata' | 'bss' | 'kconfig',
  contents: Uint8Array,
  btf: Btf | null,
): MapDef {
  const valueType = btf === null ? 0 : btf.find('datasec', section);
  const readOnly = kind === 'rodata' || kind === 'kconfig';
  const type = valueType === 0 ? null : btf!.type(valueType);
  const shared =
    type?.kind === 'datasec' &&
    type.vars.some((v) => {
      const variable = btf!.type(v.type);
      return variable.kind === 'var' && variable.linkage !== 0;
    });
  return {
    name: dataMapName(object, section),
    type: TYPE_ARRAY,
    keySize: 4,
    valueSize: contents.length,
    maxEntries: 1,
    flags: (readOnly ? RDONLY_PROG : 0) | (shared ? F_MMAPABLE : 0),
    initial: contents,
    frozen: readOnly,
    btfKeyTypeId: 0,
    btfValueTypeId: valueType,
  };
}

/** The maps declared in `.maps` (`__uint`, `__type`, `__array`, `__ulong` of bpf_helpers.h). */
export function userMaps(elf: ElfFile, btf: Btf | null, cpus: number): LoadedMap[] {
  const section = elf.sections.find((candidate) => candidate.name === '.maps');
  if (section === undefined) return [];
  const datasec = btf?.type(btf.find('datasec', '.maps'));
  if (btf === null || datasec === undefined || datasec.kind !== 'datasec')
    throw new InputError('there is no BTF of section .maps: compile with -g', '.BTF');
  return datasec.vars.map((entry) => {
    const variable = btf.type(entry.type);
    const fail = (reason: string): never => {
      throw new InputError(`map '${variable.name}' ${reason}`, `.maps at offset ${entry.offset}`);
    };
    if (variable.kind !== 'var') return fail(`is a ${variable.kind}, not a variable`);
    if (variable.name === '') return fail('has no name');
    if (entry.offset + entry.size > section.size)
      return fail(`ends at ${entry.offset + entry.size}, the section at ${section.size}`);
    if (variable.linkage !== 1) return fail('is not a global variable');
    const definition = btf.skipModifiers(variable.type);
    if (definition.kind !== 'struct') return fail(`is a ${definition.kind}, not a struct`);
    if (definition.size > entry.size) return fail(`has ${definition.size} bytes, its variable ${entry.size}`);
    const fields = readDefinition(btf, definition, fail);
    const made = toMap(variable.name, fields, cpus);
    const values = fields.valuesAt < 0 ? {} : { valuesAt: entry.offset + fields.valuesAt };
    return { ...made, ...values, section: section.index, offset: entry.offset, size: entry.size };
  });
}

interface Fields {
  type: number;
  keySize: number;
  valueSize: number;
  maxEntries: number;
  flags: number;
  keyType: number;
  valueType: number;
  /** Offset of `values`, -1 without. */
  valuesAt: number;
  inner: Fields | null;
  extra: bigint;
  numaNode: number;
}

/** `__uint(name, n)` declares a pointer to an array of n ints, so that n survives in the type. */
function encodedInt(btf: Btf, type: number, fail: (reason: string) => never, name: string): number {
  const pointer = btf.skipModifiers(type);
  if (pointer.kind !== 'ptr') return fail(`has field '${name}' of kind ${pointer.kind}, not a pointer to an array`);
  const array = btf.type(pointer.type);
  if (array.kind !== 'array') return fail(`has field '${name}' of kind ${array.kind}, not a pointer to an array`);
  return array.count;
}

/** `__ulong(map_extra, n)` declares an enumeration with the one value n, for numbers of 64 bits. */
function extraOf(btf: Btf, type: number): bigint | null {
  const enumeration = btf.skipModifiers(type);
  const value = 'values' in enumeration ? enumeration.values[0]?.value : undefined;
  return value === undefined ? null : BigInt.asUintN(64, BigInt(value));
}

function readDefinition(
  btf: Btf,
  struct: BtfType & { kind: 'struct' | 'union' },
  fail: (reason: string) => never,
): Fields {
  const f: Fields = {
    type: 0,
    keySize: 0,
    valueSize: 0,
    maxEntries: 0,
    flags: 0,
    keyType: 0,
    valueType: 0,
    valuesAt: -1,
    inner: null,
    extra: 0n,
    numaNode: 0,
  };
  const size = (field: 'keySize' | 'valueSize', value: number): void => {
    if (f[field] !== 0 && f[field] !== value) fail(`has conflicting sizes ${f[field]} and ${value}`);
    f[field] = value;
  };
  const pointee = (member: { name: string; type: number }): number => {
    const pointer = btf.type(member.type);
    return pointer.kind === 'ptr'
      ? pointer.type
      : fail(`has '${member.name}' that is a ${pointer.kind}, not a pointer`);
  };
  for (const [i, member] of struct.members.entries()) {
    const int = (): number => encodedInt(btf, member.type, fail, member.name);
    switch (member.name) {
      case 'type':
        f.type = int();
        break;
      case 'max_entries':
        f.maxEntries = int();
        break;
      case 'map_flags':
        f.flags = int();
        break;
      case 'key_size':
        size('keySize', int());
        break;
      case 'value_size':
        size('valueSize', int());
        break;
      case 'key':
        f.keyType = pointee(member);
        size('keySize', btf.sizeOf(f.keyType));
        break;
      case 'value':
        f.valueType = pointee(member);
        size('valueSize', btf.sizeOf(f.valueType));
        break;
      case 'values':
        if (i !== struct.members.length - 1) fail("has 'values' that is not its last field");
        if (f.type !== ARRAY_OF_MAPS && f.type !== HASH_OF_MAPS && f.type !== PROG_ARRAY)
          fail("has 'values' and is no map of maps");
        size('valueSize', 4);
        f.valuesAt = member.bitOffset / 8;
        if (f.type !== PROG_ARRAY) f.inner = innerDefinition(btf, member.type, fail);
        break;
      case 'pinning':
        break;
      case 'numa_node':
        f.numaNode = int();
        break;
      case 'map_extra':
        f.extra = extraOf(btf, member.type) ?? BigInt(int());
        break;
      default:
        fail(`has an unknown field '${member.name}'`);
    }
  }
  if (f.type === 0) fail('has no type');
  return f;
}

/** `__array(values, struct { … })` declares what the maps of a map of maps are like. */
function innerDefinition(btf: Btf, values: number, fail: (reason: string) => never): Fields {
  const array = btf.skipModifiers(values);
  if (array.kind !== 'array') return fail(`has 'values' that is a ${array.kind}, not an array`);
  const pointer = btf.skipModifiers(array.type);
  if (pointer.kind !== 'ptr') return fail(`has 'values' of ${pointer.kind}s, not of pointers`);
  const struct = btf.skipModifiers(pointer.type);
  if (struct.kind !== 'struct') return fail(`has 'values' that point at a ${struct.kind}, not at a map's definition`);
  const inner = readDefinition(btf, struct, (reason) => fail(`has inner maps; their definition ${reason}`));
  return inner.inner === null ? inner : fail('has inner maps that are maps of maps themselves');
}

/** A ring buffer's size is rounded up to a power of two of pages. */
function ringSize(entries: number): number {
  if (entries === 0) return 0;
  if (entries % PAGE === 0 && (entries & (entries - 1)) === 0) return entries;
  for (let size = PAGE; size <= 0x80000000; size *= 2) if (size > entries) return size;
  return entries;
}

function toMap(name: string, f: Fields, cpus: number): { def: MapDef; unsupported?: string } {
  const untyped = WITHOUT_BTF.has(f.type);
  const ring = f.type === RINGBUF || f.type === USER_RINGBUF;
  const def: MapDef = {
    name: name.slice(0, NAME_LEN),
    type: f.type,
    keySize: f.keySize,
    valueSize: f.valueSize,
    maxEntries: ring
      ? ringSize(f.maxEntries)
      : f.type === TYPE_PERF_EVENT_ARRAY && f.maxEntries === 0
        ? cpus
        : f.maxEntries,
    flags: f.flags,
    frozen: false,
    btfKeyTypeId: untyped ? 0 : f.keyType,
    btfValueTypeId: untyped ? 0 : f.valueType,
    ...(f.inner === null ? {} : { inner: { ...toMap('', f.inner, cpus).def } }),
    ...(f.numaNode === 0 ? {} : { numaNode: f.numaNode }),
    ...(f.extra === 0n ? {} : { extra: f.extra }),
  };
  if ((f.type === ARRAY_OF_MAPS || f.type === HASH_OF_MAPS) && f.inner === null)
    return { def, unsupported: `map of maps '${name}' without a definition of its maps` };
  if (f.type === STRUCT_OPS) return { def, unsupported: `struct_ops map '${name}'` };
  if (f.type === ARENA) return { def, unsupported: `arena map '${name}'` };
  return { def };
}

/** What the object puts into its maps of maps and its arrays of programs: relocations of `.maps`. @throws InputError */
export function fillMaps(elf: ElfFile, maps: LoadedMap[], functions: readonly ElfFunction[]): void {
  const section = elf.sections.find((candidate) => candidate.name === '.maps');
  if (section === undefined) return;
  for (const part of elf.sections) {
    if (part.type !== SHT_REL || part.info !== section.index) continue;
    for (const [i, { offset, symbol: index }] of parseRelocations(part).entries()) {
      const place = `${part.name} at offset ${i * 16}`;
      const symbol = elf.symbols[index];
      if (symbol === undefined) throw new InputError(`symbol ${index} of relocation ${i} is not there`, place);
      const at = maps.findIndex(
        (map) => map.size !== undefined && offset >= map.offset && offset < map.offset + map.size,
      );
      const map = maps[at];
      if (map?.valuesAt === undefined || offset < map.valuesAt || (offset - map.valuesAt) % 8 !== 0)
        throw new InputError(`relocation ${i} is at ${offset}, where no map has its values`, place);
      const key = (offset - map.valuesAt) / 8;
      maps[at] = { ...map, def: withValue(map.def, key, symbol, maps, functions, section.index, place) };
    }
  }
}

function withValue(
  def: MapDef,
  key: number,
  symbol: ElfSymbol,
  maps: readonly LoadedMap[],
  functions: readonly ElfFunction[],
  section: number,
  place: string,
): MapDef {
  if (def.type === PROG_ARRAY) {
    const f = functions.find((each) => each.section.index === symbol.section && each.start * 8 === symbol.value);
    if (f === undefined || f.subprogram)
      throw new InputError(`'${symbol.name}' in map '${def.name}' is no program`, place);
    return { ...def, programs: new Map([...(def.programs ?? []), [key, f.name]]) };
  }
  const found =
    symbol.section === section ? maps.findIndex((map) => map.size !== undefined && map.offset === symbol.value) : -1;
  if (found < 0) throw new InputError(`'${symbol.name}' in map '${def.name}' is no map`, place);
  return { ...def, slots: new Map([...(def.slots ?? []), [key, found]]) };
}
