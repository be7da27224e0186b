import { kernelSymbols } from '../../rules/symbols.ts';
import type { KernelMemory } from '../world/kernel-memory.ts';
import { SYMBOL_SECTIONS, sectionOf } from '../world/symbols.ts';
import type { WorldSymbol } from '../world/symbols.ts';
import { walkByIndex } from './by-index.ts';
import type { TargetInput, Walk } from './walk.ts';

/** Where the iterator keeps the place at which modules end, and each section that follows them. */
const ENDS = ['pos_mod_end', 'pos_ftrace_mod_end', 'pos_bpf_end'] as const;

/**
 * `iter/ksym`: every symbol. The program is given not the symbol but the iterator's own state, the same at each call, which has the symbol at hand in
 * it; at the last call, what is left in it.
 */
export function walkSymbols({ kernel }: TargetInput): Walk {
  const { memory, btf } = kernel;
  const symbols = kernel.world.symbols ?? kernelSymbols(btf);
  const state = new SymbolState(memory, kernel.the('kallsym_iter'));
  return walkByIndex(
    (index) => {
      const symbol = symbols[index];
      if (symbol === undefined) {
        state.end(index);
        return null;
      }
      state.show(symbol, index);
      return { words: [state.address], label: `symbol ${symbol.address.slice(2)} ${symbol.type} ${symbol.name}` };
    },
    { words: [state.address], label: 'no symbol' },
  );
}

/** `struct kallsym_iter`, as each symbol leaves it. */
class SymbolState {
  private readonly ends: (number | null)[] = ENDS.map(() => null);

  constructor(
    private readonly memory: KernelMemory,
    readonly address: bigint,
  ) {
    this.set({ pos: 0, value: 0, type: 0, name: '', module_name: '', exported: 0, show_value: 1 });
    for (const end of ENDS) this.set({ [end]: 0 });
  }

  show(symbol: WorldSymbol, index: number): void {
    const section = sectionOf(symbol);
    // The kernel's own symbols are counted before they are shown.
    this.set({ pos: section === 0 ? index + 1 : index });
    this.set({ value: BigInt(symbol.address), type: symbol.type.charCodeAt(0), name: symbol.name });
    this.set({ module_name: symbol.module ?? '' });
    if (section > 0) {
      this.set({ exported: symbol.exported === true ? 1 : 0 });
      this.sectionsEnd(section - 1, index);
    }
  }

  /** There is no symbol at that place: every section ends there that did not before. */
  end(index: number): void {
    this.set({ pos: index, exported: 0, module_name: SYMBOL_SECTIONS.at(-1)! });
    this.sectionsEnd(ENDS.length, index);
  }

  private sectionsEnd(count: number, index: number): void {
    for (let i = 0; i < count; i++) this.ends[i] ??= index;
    ENDS.forEach((end, i) => this.set({ [end]: this.ends[i] ?? 0 }));
  }

  private set(fields: Readonly<Record<string, bigint | number | string>>): void {
    this.memory.fill('kallsym_iter', this.address, fields);
  }
}
