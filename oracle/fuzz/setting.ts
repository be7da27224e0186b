import type { BtfWriter } from '../../core/btf/writer.ts';
import type { MapDef } from '../../core/elf/object.ts';

/** What a program in assembly is loaded as. */
export interface Setting {
  /** Section name that stands for it in a golden. */
  readonly section: string;
  /** BPF_PROG_TYPE_* */
  readonly type: number;
  readonly expectedAttachType?: number;
  /** The kernel's type that a tracing program attaches to: `typedef btf_trace_NAME` or `func NAME`. */
  readonly target?: { readonly kind: 'typedef' | 'func'; readonly name: string };
  readonly flags?: number;
  readonly license?: string;
  readonly maps?: readonly MapDef[];
  /** Types of keys and values of the maps: called on an empty BTF, so that the ids are always the same. */
  readonly types?: (writer: BtfWriter) => unknown;
  /** The kernel is told the program's own types, which it needs to make objects of them. */
  readonly named?: boolean;
  /** The maps and their types in C, for a golden. */
  readonly declarations?: string;
}

/** What a program is loaded as unless told. */
export const RAW_TP: Setting = { section: 'raw_tp', type: 17 };
