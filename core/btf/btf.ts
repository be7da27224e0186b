/** BTF kinds (Documentation/bpf/btf.rst), by number. */
export const BTF_KINDS = [
  'void',
  'int',
  'ptr',
  'array',
  'struct',
  'union',
  'enum',
  'fwd',
  'typedef',
  'volatile',
  'const',
  'restrict',
  'func',
  'func_proto',
  'var',
  'datasec',
  'float',
  'decl_tag',
  'type_tag',
  'enum64',
] as const;
export type BtfKind = (typeof BTF_KINDS)[number];

export interface BtfMember {
  readonly name: string;
  readonly type: number;
  /** Offset in bits. */
  readonly bitOffset: number;
  /** Width in bits of a bit field, 0 otherwise. */
  readonly bitSize: number;
}
export interface BtfParam {
  readonly name: string;
  readonly type: number;
}
export interface BtfSecInfo {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

/** One BTF type; a closed union by `kind`. `id` is its number in the BTF it came from. */
export type BtfType = { readonly id: number; readonly name: string } & (
  | { readonly kind: 'void' }
  | {
      readonly kind: 'int';
      readonly size: number;
      readonly bits: number;
      readonly bitOffset: number;
      readonly signed: boolean;
      readonly char: boolean;
      readonly bool: boolean;
    }
  | { readonly kind: 'ptr' | 'typedef' | 'volatile' | 'const' | 'restrict'; readonly type: number }
  | { readonly kind: 'type_tag'; readonly type: number; readonly kindFlag: boolean }
  | { readonly kind: 'array'; readonly type: number; readonly index: number; readonly count: number }
  | {
      readonly kind: 'struct' | 'union';
      readonly size: number;
      readonly members: readonly BtfMember[];
      readonly kindFlag: boolean;
    }
  | {
      readonly kind: 'enum' | 'enum64';
      readonly size: number;
      readonly signed: boolean;
      readonly values: readonly { readonly name: string; readonly value: bigint }[];
    }
  | { readonly kind: 'fwd'; readonly union: boolean }
  | { readonly kind: 'func'; readonly type: number; /** 0 static, 1 global, 2 extern */ readonly linkage: number }
  | { readonly kind: 'func_proto'; readonly ret: number; readonly params: readonly BtfParam[] }
  | { readonly kind: 'var'; readonly type: number; readonly linkage: number }
  | { readonly kind: 'datasec'; readonly size: number; readonly vars: readonly BtfSecInfo[] }
  | { readonly kind: 'float'; readonly size: number }
  | { readonly kind: 'decl_tag'; readonly type: number; readonly component: number; readonly kindFlag: boolean }
);

/**
 * A BTF blob, decoded on demand (the kernel's has 100,000+ types; only what is asked for becomes objects).
 * For split BTF (the object's own on top of the kernel's) ids continue after the base's; not needed for program BTF.
 */
export interface Btf {
  /** Number of types including void (id 0). */
  readonly count: number;
  /** Type by id. Throws InputError for an id out of range. */
  type(id: number): BtfType;
  /** First type of that kind with that name, or 0. Indexed: constant time. */
  find(kind: BtfKind, name: string): number;
  /**
   * Ids of every type of that kind (any enum for an enum) whose essential name, without a `___flavour` suffix, is `name`; ascending.
   * Indexed. CO-RE looks for its candidates here.
   */
  findEssential(kind: BtfKind, name: string): readonly number[];
  /** Ids of every type of that kind, ascending, of trimmed BTF those that are there. Looks at each type's record: linear time. */
  ids(kind: BtfKind): readonly number[];
  /** Type after skipping typedef, const, volatile, restrict, type_tag. */
  skipModifiers(id: number): BtfType;
  /** Size in bytes of a complete type; throws for void, func, fwd. */
  sizeOf(id: number): number;
  /** The type as C would write it, e.g. `struct bpf_iter_num *`. */
  typeName(id: number): string;
  /** decl_tag names on a type (component -1) or on its member/parameter number `component`. */
  declTags(id: number, component: number): readonly string[];
  /** The raw blob, as BPF_BTF_LOAD wants it. */
  readonly bytes: Uint8Array;
}
