import { InputError } from '../base/errors.ts';
import type { BtfPatch } from '../btf/patch.ts';
import { STB_GLOBAL, STB_WEAK, STT_OBJECT } from './elf-file.ts';
import type { ElfFile } from './elf-file.ts';
import type { ElfFunction } from './functions.ts';

const STATIC = 0;

/** clang leaves data sections' sizes and their global variables' offsets at zero: they come from the ELF. Hidden ones become static. */
export function fixDatasecs(patch: BtfPatch, elf: ElfFile): void {
  const symbols = new Map(
    elf.symbols
      .filter((symbol) => symbol.type === STT_OBJECT && (symbol.bind === STB_GLOBAL || symbol.bind === STB_WEAK))
      .reverse()
      .map((symbol) => [symbol.name, symbol]),
  );
  for (let id = 1; id < patch.btf.count; id++) {
    const datasec = patch.btf.type(id);
    if (datasec.kind !== 'datasec' || datasec.name === '.kconfig' || datasec.name === '.ksyms') continue;
    const fail = (reason: string): never => {
      throw new InputError(`data section '${datasec.name}' ${reason}`, `.BTF at offset ${patch.btf.recordOffset(id)}`);
    };
    const empty = datasec.size === 0;
    if (empty) {
      const size = elf.sections.find((section) => section.name === datasec.name)?.size ?? 0;
      if (size === 0) fail('is not in the file, or empty');
      if (size > 0xffffffff) fail('is larger than 4 GiB');
      patch.setSizeOrType(id, size);
    }
    const vars = datasec.vars.map((entry) => {
      const variable = patch.btf.type(entry.type);
      if (variable.kind !== 'var') return fail(`holds a ${variable.kind}, not a variable`);
      if (variable.linkage !== 1) return entry;
      const symbol = symbols.get(variable.name);
      if (symbol === undefined) return fail(`has a variable '${variable.name}' without a symbol`);
      if (symbol.visibility === 1 || symbol.visibility === 2) patch.setLinkage(entry.type, STATIC);
      return empty ? { ...entry, offset: symbol.value } : entry;
    });
    patch.setVars(
      id,
      vars.sort((a, b) => a.offset - b.offset),
    );
  }
}

/** Global functions that other objects cannot see are static to the verifier. */
export function markStatic(patch: BtfPatch, functions: readonly ElfFunction[]): void {
  for (const f of functions) {
    if (!f.hidden) continue;
    const id = patch.btf.find('func', f.name);
    if (id !== 0) patch.setLinkage(id, STATIC);
  }
}
