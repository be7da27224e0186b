import { InputError, Unsupported } from '../base/errors.ts';
import type { Btf, BtfKind, BtfType } from './btf.ts';
import { typeName } from './print.ts';

/** A type that is added: what it is, without the number that it gets. */
export type AddedType = { readonly name: string } & (
  | { readonly kind: 'ptr' | 'const' | 'volatile' | 'restrict'; readonly type: number }
  | {
      readonly kind: 'struct';
      readonly size: number;
      readonly members: readonly { readonly name: string; readonly type: number; readonly bitOffset: number }[];
    }
  | { readonly kind: 'func_proto'; readonly ret: number; readonly params: readonly { name: string; type: number }[] }
  | { readonly kind: 'func'; readonly type: number }
  | { readonly kind: 'decl_tag'; readonly type: number }
);

/** A BTF with types after its own: those of a kernel that knows more than the one it came from. The base stays as it is. */
export class ExtendedBtf implements Btf {
  private readonly added: BtfType[] = [];
  private readonly names = new Map<string, number>();

  constructor(private readonly base: Btf) {}

  get count(): number {
    return this.base.count + this.added.length;
  }

  /** Adds a type; returns its number. */
  add(type: AddedType): number {
    const id = this.count;
    this.added.push(complete(id, type));
    const key = `${type.kind} ${type.name}`;
    if (type.name !== '' && !this.names.has(key)) this.names.set(key, id);
    return id;
  }

  type(id: number): BtfType {
    return this.added[id - this.base.count] ?? this.base.type(id);
  }

  find(kind: BtfKind, name: string): number {
    const own = this.names.get(`${kind} ${name}`);
    return own ?? this.base.find(kind, name);
  }

  findEssential(kind: BtfKind, name: string): readonly number[] {
    const own = this.names.get(`${kind} ${name}`);
    if (own === undefined) return this.base.findEssential(kind, name);
    try {
      return [...this.base.findEssential(kind, name), own];
    } catch (error) {
      // What the base has left out cannot be meant by a name that was added.
      if (!(error instanceof Unsupported)) throw error;
      return [own];
    }
  }

  ids(kind: BtfKind): readonly number[] {
    return [...this.base.ids(kind), ...this.added.filter((type) => type.kind === kind).map(({ id }) => id)];
  }

  skipModifiers(id: number): BtfType {
    if (id < this.base.count) return this.base.skipModifiers(id);
    const type = this.type(id);
    return isModifier(type) ? this.skipModifiers(type.type) : type;
  }

  sizeOf(id: number): number {
    if (id < this.base.count) return this.base.sizeOf(id);
    const type = this.type(id);
    if (type.kind === 'ptr') return 8;
    if (type.kind === 'struct') return type.size;
    if (isModifier(type)) return this.sizeOf(type.type);
    throw new InputError(`type ${id} (${type.kind} '${type.name}') has no size`);
  }

  typeName(id: number): string {
    return typeName(this, id);
  }

  declTags(id: number, component: number): readonly string[] {
    const base = id < this.base.count ? this.base.declTags(id, component) : [];
    const own = this.added.filter(
      (type) => type.kind === 'decl_tag' && type.type === id && type.component === component,
    );
    return [...base, ...own.map(({ name }) => name)];
  }

  /** The base's blob: what was added is known to the model alone. */
  get bytes(): Uint8Array {
    return this.base.bytes;
  }
}

const isModifier = (type: BtfType): type is BtfType & { readonly kind: 'const' | 'volatile' | 'restrict' } =>
  type.kind === 'const' || type.kind === 'volatile' || type.kind === 'restrict';

function complete(id: number, type: AddedType): BtfType {
  switch (type.kind) {
    case 'struct':
      return { ...type, id, kindFlag: false, members: type.members.map((member) => ({ ...member, bitSize: 0 })) };
    case 'func':
      return { ...type, id, linkage: 1 };
    case 'decl_tag':
      return { ...type, id, component: -1, kindFlag: false };
    default:
      return { ...type, id };
  }
}
