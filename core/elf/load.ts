import { InputError, Unsupported } from '../base/errors.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import type { Btf } from '../btf/btf.ts';
import { parseBtfExt } from '../btf/ext.ts';
import type { BtfExt } from '../btf/ext.ts';
import { kernelRefuses } from '../btf/kernel-check.ts';
import { BtfPatch } from '../btf/patch.ts';
import { parseBtf } from '../btf/parse.ts';
import type { ParsedBtf } from '../btf/parse.ts';
import { CoreRelocator } from './core-relo.ts';
import { CoreFailure } from './core-spec.ts';
import { fixDatasecs, markStatic } from './btf-fixup.ts';
import { SHT_NOBITS, parseElf } from './elf-file.ts';
import type { ElfFile } from './elf-file.ts';
import { collectExterns, fixExternBtf, kconfigLayout, resolveKsym } from './externs.ts';
import type { Extern, Resolved, SymbolAddress } from './externs.ts';
import { collectFunctions, collectRelocations, functionAt } from './functions.ts';
import type { ElfFunction } from './functions.ts';
import { kconfigValue } from './kconfig.ts';
import { attachTarget, infoByFunction, linkProgram } from './link.ts';
import type { LinkContext } from './link.ts';
import { dataKind, dataMap, fillMaps, objectName, userMaps } from './maps.ts';
import type { LoadedMap } from './maps.ts';
import type { BpfObject, BpfProgram } from './object.ts';
import { PROG, sectionType } from './section-types.ts';

export interface LoadOptions {
  /** The file's name as the person gave it; its base name goes into the names of data maps. */
  readonly file: string;
  /** BTF of the kernel to load for; null leaves kernel functions, attach targets and CO-RE unsupported. */
  readonly kernelBtf: Btf | null;
  /** KERNEL_VERSION() for LINUX_KERNEL_VERSION; 6.18.0 unless told. */
  readonly kernelVersion?: number;
  /** The kernel's configuration (`CONFIG_X` to `y`, `m`, a number or quoted text) for `.kconfig` variables. */
  readonly kconfig?: ReadonlyMap<string, string>;
  /** Addresses of kernel symbols, for externs without a type; they are unsupported without. */
  readonly symbols?: SymbolAddress;
  /** Number of processors, for maps that have one entry each by default. */
  readonly cpus?: number;
}

/** KERNEL_VERSION(6, 18, 0) */
const LINUX_6_18 = (6 << 16) | (18 << 8);

/** Instructions of all programs together, subprograms counted in each that has them; more is no honest object. */
const MAX_LINKED = 4_000_000;
/** Bytes of all data sections together, zeroed ones included. */
const MAX_DATA = 1 << 28;
const MAX_KCONFIG = 1 << 20;

/**
 * Parses and links a `.bpf.o` as libbpf 1.5 does for each of its programs loaded alone. What keeps one program from loading is said
 * in its `unsupported`; what is wrong with the file as a whole is thrown.
 * @throws InputError with file, section and offset
 */
export function loadObject(bytes: Uint8Array, options: LoadOptions): BpfObject {
  try {
    return load(bytes, options);
  } catch (error) {
    throw error instanceof InputError ? error.inFile(options.file) : error;
  }
}

function load(bytes: Uint8Array, options: LoadOptions): BpfObject {
  const elf = parseElf(bytes);
  if (elf.sections.some((section) => section.name === 'maps'))
    throw new InputError('legacy map definitions are not supported (libbpf 1.0 dropped them); use .maps', 'maps');
  const { functions, text } = collectFunctions(elf);
  const original = sectionBtf(elf);
  const ext = sectionExt(elf);

  const externs = collectExterns(elf, original);
  const layout = kconfigLayout(externs);
  const fixed = original === null ? null : fixBtf(original, elf, externs, layout.offsets, functions);

  const maps = userMaps(elf, fixed, options.cpus ?? 1);
  fillMaps(elf, maps, functions);
  const name = objectName(options.file);
  const dataMaps = new Map<number, number>();
  let dataSize = 0;
  for (const section of elf.sections) {
    const kind = dataKind(section);
    if (kind === null) continue;
    dataSize += section.size;
    if (dataSize > MAX_DATA) throw new InputError(`data sections up to this one have ${dataSize} bytes`, section.name);
    dataMaps.set(section.index, maps.length);
    const contents = section.type === SHT_NOBITS ? new Uint8Array(section.size) : section.data.slice();
    maps.push({ def: dataMap(name, section.name, kind, contents, fixed), section: section.index, offset: 0 });
  }
  if (layout.size > MAX_KCONFIG) throw new InputError(`variables in .kconfig have ${layout.size} bytes`, '.BTF');
  const kconfigMap = layout.size > 0 ? maps.length : -1;
  if (kconfigMap >= 0) maps.push(kconfig(name, layout, original!, fixed!, options));

  const userIndex = new Map(maps.map((map, i) => [`${map.section}:${map.offset}`, i]));
  const mapsSection = elf.sections.find((section) => section.name === '.maps')?.index ?? -1;
  collectRelocations(elf, functions, {
    text,
    externs: new Map(externs.map((extern, i) => [extern.symbol, i])),
    userMap: (section, offset) => userIndex.get(`${section}:${offset}`),
    dataMap: (section) => dataMaps.get(section),
    isMaps: (section) => section === mapsSection,
  });
  if (original !== null && ext !== null) relocateCore(elf, functions, original, ext, options.kernelBtf);

  // libbpf goes on without BTF where the kernel does not take it.
  const btf = fixed !== null && kernelRefuses(fixed, options.kernelBtf) === null ? fixed : null;
  const resolved = new Map<number, Resolved>();
  const context: LinkContext = {
    functions,
    text,
    maps,
    kconfigMap,
    externs,
    btf,
    tags: fixed,
    info: btf === null || ext === null ? null : infoByFunction(ext, btf, sectionsByName(elf), functions),
    budget: MAX_LINKED,
    resolve: (index) => {
      const known = resolved.get(index);
      if (known !== undefined) return known;
      const extern = externs[index]!;
      const result: Resolved =
        extern.section === 'kconfig'
          ? { kind: 'kconfig', offset: layout.offsets.get(extern)! }
          : resolveKsym(extern, original!, options.kernelBtf, options.symbols ?? null);
      resolved.set(index, result);
      return result;
    },
  };
  const license = elf.sections.find((section) => section.name === 'license');
  return {
    file: options.file,
    license: license === undefined ? '' : cText(license.data.subarray(0, 63)),
    programs: functions.filter((f) => !f.subprogram).map((f) => program(context, f, options.kernelBtf)),
    maps: maps.map(({ def }) => (btf === null ? { ...def, btfKeyTypeId: 0, btfValueTypeId: 0 } : def)),
    btf,
  };
}

function cText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeUtf8(bytes, 0, end < 0 ? bytes.length : end);
}

/** Section numbers by name; of several with one name, the first. */
function sectionsByName(elf: ElfFile): Map<string, number> {
  return new Map([...elf.sections].reverse().map((section) => [section.name, section.index]));
}

function sectionBtf(elf: ElfFile): ParsedBtf | null {
  const section = elf.sections.find((candidate) => candidate.name === '.BTF');
  return section === undefined ? null : parseBtf(section.data, { name: '.BTF', checkAll: true });
}

function sectionExt(elf: ElfFile): BtfExt | null {
  const section = elf.sections.find((candidate) => candidate.name === '.BTF.ext');
  return section === undefined ? null : parseBtfExt(section.data);
}

function fixBtf(
  original: ParsedBtf,
  elf: ElfFile,
  externs: readonly Extern[],
  offsets: ReadonlyMap<Extern, number>,
  functions: readonly ElfFunction[],
): ParsedBtf {
  const patch = new BtfPatch(original, '.BTF');
  fixExternBtf(patch, externs, offsets);
  fixDatasecs(patch, elf);
  markStatic(patch, functions);
  return patch.done();
}

function kconfig(
  name: string,
  layout: { offsets: ReadonlyMap<Extern, number>; size: number },
  original: Btf,
  btf: Btf,
  options: LoadOptions,
): LoadedMap {
  const contents = new Uint8Array(layout.size);
  let unsupported: string | null = null;
  for (const [extern, offset] of layout.offsets) {
    const value = kconfigValue(extern, original, {
      version: options.kernelVersion ?? LINUX_6_18,
      config: options.kconfig ?? null,
    });
    if (typeof value === 'string') unsupported ??= value;
    else contents.set(value, offset);
  }
  const def = dataMap(name, '.kconfig', 'kconfig', contents, btf);
  return { def, section: -1, offset: 0, ...(unsupported === null ? {} : { unsupported }) };
}

/** Applies CO-RE relocations to every function once; one that fails keeps the programs that contain the function from loading. */
function relocateCore(
  elf: ElfFile,
  functions: readonly ElfFunction[],
  btf: ParsedBtf,
  ext: BtfExt,
  kernel: Btf | null,
): void {
  const relocator = kernel === null ? null : new CoreRelocator(btf, kernel);
  const sections = sectionsByName(elf);
  for (const part of ext.relos) {
    const name = btf.string(part.sectionName);
    const section = sections.get(name);
    if (section === undefined) continue;
    for (const relo of part.records) {
      const place = `.BTF.ext core_relo of ${name}`;
      if (relo.offset % 8 !== 0) throw new InputError(`it relocates byte ${relo.offset}, inside an instruction`, place);
      const f = functionAt(functions, section, relo.offset / 8);
      if (f === null || f.unsupported !== undefined) continue;
      if (relocator === null) {
        f.unsupported = "CO-RE relocations need the kernel's BTF";
        continue;
      }
      try {
        const at = relo.offset / 8 - f.start;
        const lacks = relocator.apply(f.insns, at, relo.typeId, btf.string(relo.access), relo.kind);
        if (lacks !== null) f.lacks.set(at, lacks);
      } catch (error) {
        if (error instanceof CoreFailure) f.unsupported = error.message;
        else if (error instanceof Unsupported) f.unsupported = error.feature;
        else throw error;
      }
    }
  }
}

/** What a section's name makes of a program; `unsupported` says why it cannot be loaded. */
export type ProgramKind = Pick<BpfProgram, 'type' | 'expectedAttachType' | 'attachBtfId' | 'flags'> & {
  readonly unsupported: string | null;
};

/** @param section without a leading `?` */
export function programKind(section: string, kernel: Btf | null): ProgramKind {
  const kind = sectionType(section);
  let attachBtfId = 0;
  let unsupported: string | null = null;
  if (kind === null) unsupported = `section '${section}' is no program type that libbpf knows`;
  else if (kind.type === PROG.STRUCT_OPS) unsupported = 'struct_ops programs';
  else if (kind.type === PROG.EXT) unsupported = 'freplace programs (they need the program that they replace)';
  else {
    try {
      const target = attachTarget(kernel, kind.target);
      if (typeof target === 'string') unsupported = target;
      else attachBtfId = target;
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      unsupported = error.feature;
    }
  }
  return {
    type: kind?.type ?? 0,
    expectedAttachType: kind?.expectedAttachType ?? 0,
    attachBtfId,
    flags: kind?.flags ?? 0,
    unsupported,
  };
}

function program(context: LinkContext, f: ElfFunction, kernel: Btf | null): BpfProgram {
  // `?` keeps libbpf from loading a program unless it is asked to; here every program is asked for.
  const section = f.section.name.replace(/^\?/, '');
  const linked = linkProgram(context, f);
  const { unsupported, ...kind } = programKind(section, kernel);
  const why = linked.unsupported ?? unsupported;
  return {
    name: f.name,
    section,
    ...kind,
    insns: linked.insns,
    ...(linked.unfilled.size === 0 ? {} : { unfilled: linked.unfilled }),
    funcInfo: linked.funcInfo,
    lineInfo: linked.lineInfo,
    replaced: linked.replaced,
    ...(why === null ? {} : { unsupported: why }),
  };
}
