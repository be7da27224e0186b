import { Dice } from '../../core/base/dice.ts';
import type { BtfType } from '../../core/btf/btf.ts';
import type { BtfWriter } from '../../core/btf/writer.ts';
import { BtfWriter as Writer } from '../../core/btf/writer.ts';
import type { MapDef } from '../../core/elf/object.ts';
import { KF_ACQUIRE, KF_RELEASE, KF_RET_NULL } from '../../core/kernel/catalogue/descriptor.ts';
import type { KfuncDescriptor, KfuncEffect } from '../../core/kernel/catalogue/descriptor.ts';
import { KFUNCS } from '../../core/kernel/catalogue/kfuncs/index.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';
import { AsmCase, loadable } from './asm-case.ts';
import { AsmWriter } from './asm-writer.ts';
import type { Generator } from './case.ts';
import { programBtf } from './kernel.ts';
import type { Setting } from './setting.ts';

// Calls of kernel functions, with what their prototypes and annotations ask for, and with what they do not.

const SETTINGS: readonly Setting[] = [
  { section: 'syscall', type: 31, flags: 16 },
  { section: 'syscall', type: 31, flags: 16 },
  { section: 'tc', type: 3 },
  { section: 'tc', type: 3 },
  { section: 'xdp', type: 6, expectedAttachType: 37 },
  {
    section: 'tp_btf/task_newtask',
    type: 26,
    expectedAttachType: 23,
    target: { kind: 'typedef', name: 'btf_trace_task_newtask' },
  },
  {
    section: 'iter/task',
    type: 26,
    expectedAttachType: 28,
    target: { kind: 'func', name: 'bpf_iter_task' },
  },
];

/** Structures of the program: size, and members by offset. */
const STRUCTS = {
  simple: { size: 24, members: [] },
  counted: { size: 16, members: [['bpf_refcount', 8]] },
  item: {
    size: 40,
    members: [
      ['bpf_list_node', 8],
      ['bpf_refcount', 32],
    ],
  },
  alone: { size: 32, members: [['bpf_list_node', 0]] },
  leaf: { size: 48, members: [['bpf_rb_node', 8]] },
  shared: {
    size: 48,
    members: [
      ['bpf_rb_node', 8],
      ['bpf_refcount', 40],
    ],
  },
  graph: {
    size: 88,
    members: [
      ['bpf_spin_lock', 0],
      ['list:item', 8],
      ['list:alone', 24],
      ['tree:leaf', 40],
      ['tree:shared', 56],
      ['kptr:counted', 72],
    ],
  },
  works: {
    size: 40,
    members: [
      ['bpf_wq', 0],
      ['bpf_task_work', 16],
      ['bpf_res_spin_lock', 24],
    ],
  },
} satisfies Readonly<Record<string, { size: number; members: readonly (readonly [string, number])[] }>>;
type StructName = keyof typeof STRUCTS;
const OBJECTS: readonly StructName[] = ['simple', 'counted', 'item', 'alone', 'leaf', 'shared'];

const FIELD_SIZES: Readonly<Record<string, number>> = {
  bpf_spin_lock: 4,
  bpf_res_spin_lock: 4,
  bpf_wq: 16,
  bpf_task_work: 8,
  bpf_list_head: 16,
  bpf_rb_root: 16,
  bpf_refcount: 4,
  bpf_list_node: 24,
  bpf_rb_node: 32,
};

const ids = new Map<string, number>();

/** Writes the program's types: always the same, so that their numbers are. */
function types(w: BtfWriter): void {
  const member = (name: string, type: number, off: number) => ({ name, type, bitOffset: off * 8, bitSize: 0 });
  const int = w.int('int', 4, { signed: true });
  const word = w.int('long', 8);
  const byte = w.int('char', 1);
  ids.set('int', int);
  for (const [name, size] of Object.entries(FIELD_SIZES))
    ids.set(name, w.struct(name, size, [member('x', w.array(byte, int, size), 0)]));
  for (const [name, { size, members }] of Object.entries(STRUCTS)) {
    const fields = members.map(([kind, off], i) => {
      const [what, of] = kind.split(':');
      const type =
        what === 'kptr'
          ? w.ptr(w.typeTag('kptr', ids.get(of!)!))
          : ids.get(what === 'list' ? 'bpf_list_head' : what === 'tree' ? 'bpf_rb_root' : kind)!;
      return member(`f${i}`, type, off);
    });
    const plain = members.some(([, off]) => off === 0) ? [] : [member('n', word, 0)];
    const last = member('last', word, size - 8);
    const end = members.length === 0 ? 0 : size - 8;
    const occupied = members.some(([kind, off]) => off + (FIELD_SIZES[kind] ?? 16) > end);
    const id = w.struct(name, size, [...plain, ...fields, ...(occupied ? [] : [last])]);
    ids.set(name, id);
    members.forEach(([kind], i) => {
      const [what, of] = kind.split(':');
      if (what !== 'list' && what !== 'tree') return;
      const node = STRUCTS[of as StructName].members.findIndex(([one]) => /_node$/.test(one));
      w.declTag(`contains:${of!}:f${node}`, id, plain.length + i);
    });
  }
}
types(new Writer());

const map = (name: string, type: number, value: string | number, more: Partial<MapDef> = {}): MapDef => ({
  name,
  type,
  keySize: 4,
  valueSize: typeof value === 'number' ? value : STRUCTS[value as StructName].size,
  maxEntries: 4,
  flags: 0,
  frozen: false,
  btfKeyTypeId: typeof value === 'number' ? 0 : ids.get('int')!,
  btfValueTypeId: typeof value === 'number' ? 0 : ids.get(value)!,
  ...more,
});
const TEXT = Uint8Array.from('user.name\0%d\0no end'.split('').map((letter) => letter.charCodeAt(0)));
const MAPS: readonly MapDef[] = [
  map('graph', 1, 'graph'),
  map('works', 1, 'works'),
  map('rodata', 2, TEXT.length, { maxEntries: 1, flags: 0x80, initial: TEXT, frozen: true }),
  map('plain', 1, 64),
];

/** What a saved register holds, as far as the writer knows. */
interface Thing {
  /** Structure of the kernel's or of the program's; `number`. */
  readonly kind: string;
  readonly owned: boolean;
}
const NUMBER: Thing = { kind: 'number', owned: false };

/** Where things lie on the stack. */
const AT = { context: 136, works: 144, dynptr: 32, flags: 48, buffer: 96 };

const model = () => linux618(programBtf());
let known: ReturnType<typeof model> | null = null;

class AnnotatedWriter extends AsmWriter {
  private readonly held = new Map<number, Thing>([7, 8, 9].map((r) => [r, NUMBER]));
  private callbacks = 0;
  private used: number | null = null;
  private dynptrMade = false;
  private readonly careful = this.dice.chance(60);
  private readonly offered: readonly KfuncDescriptor[];

  constructor(seed: number, setting: Setting) {
    super(seed);
    known ??= model();
    const { kfuncs } = known;
    this.offered = KFUNCS.filter(
      (one) =>
        programBtf().find('func', one.name) !== 0 &&
        (this.dice.chance(3) ||
          kfuncs.allowed(kfuncs.find(one.name)!, setting.type, setting.expectedAttachType ?? 0)) &&
        one.effect !== 'trap' &&
        !(this.careful && (ELSEWHERE.has(one.effect ?? 'untrusted-result') || /list|rbtree/.test(one.name))),
    );
  }

  private right(percent: number): boolean {
    return this.careful ? this.dice.chance(98) : this.dice.chance(percent);
  }

  program(): string[] {
    const { dice } = this;
    this.emit(`*(u64 *)(r10 -${AT.context}) = r1`);
    for (let at = 8; at <= AT.buffer; at += 8) this.emit(`*(u64 *)(r10 -${at}) = 0`);
    for (const index of [1, 0]) {
      this.emit('*(u32 *)(r10 -4) = 0', `r1 = map[${index}]`, 'r2 = r10', 'r2 += -4', 'call bpf_map_lookup_elem#1');
      this.emit('if r0 != 0 goto pc+2', 'r0 = 0', 'exit');
      this.emit(index === 1 ? `*(u64 *)(r10 -${AT.works}) = r0` : 'r6 = r0');
    }
    this.emit('r7 = 0', 'r8 = 0', 'r9 = 0');
    for (let n = 3 + dice.below(8); n > 0; n--) this.statement();
    if (this.right(70)) this.giveEverythingBack();
    this.emit('r0 = 0', 'exit');
    for (let n = 1; n <= this.callbacks; n++) this.callback(n);
    return this.lines;
  }

  private statement(): void {
    const { dice } = this;
    switch (dice.weighted({ call: 10, object: 6, graph: 6, touch: 3, branch: 2, lock: 2, section: 1 })) {
      case 'call':
        return this.kfunc(dice.of(this.offered));
      case 'object':
        return this.object();
      case 'graph':
        return this.graph();
      case 'touch':
        return this.touch();
      case 'lock':
        return this.resilient();
      case 'section': {
        this.emit('call bpf_rcu_read_lock');
        this.kfunc(dice.of(this.offered));
        return this.emit('call bpf_rcu_read_unlock');
      }
      default: {
        const over = this.label();
        this.emit(
          'call bpf_get_prandom_u32#7',
          `if r0 ${dice.of(['==', '>', 's<', '&'])} ${dice.below(9)} goto ${over}`,
        );
        this.emit(`r${dice.of([1, 2])} = ${dice.below(5)}`, `${over}:`);
      }
    }
  }

  /** A saved register that holds a thing of this kind; any other now and then. */
  private having(kind: string): number | null {
    const found = [...this.held].filter(([, thing]) => thing.kind === kind).map(([r]) => r);
    return found.length === 0 ? null : this.dice.of(found);
  }

  private hold(thing: Thing): number {
    const free = [...this.held].filter(([, one]) => !one.owned).map(([r]) => r);
    const r = this.dice.of(free.length > 0 ? free : [7, 8, 9]);
    if (free.length === 0 && this.careful) {
      // What comes is in r0.
      this.emit('*(u64 *)(r10 -104) = r0');
      this.giveBack(r);
      this.emit('r0 = *(u64 *)(r10 -104)');
    }
    this.held.set(r, thing);
    return r;
  }

  private anything(r: number): void {
    this.emit(
      `r${r} = ${this.dice.of(['0', '1', '8', '-1', 'r10', 'r6', 'r7', 'r8', 'r9', 'map[0]', 'map[1]', 'map[3]'])}`,
    );
  }

  /** Puts an argument into its register. @param next name of the parameter that follows */
  private argument(r: number, name: string, type: BtfType, callee: KfuncDescriptor): void {
    const { dice } = this;
    const btf = programBtf();
    if (name.endsWith('__ign') || name.endsWith('__prog')) {
      if (dice.chance(80)) this.emit(`r${r} = ${dice.of(['0', 'r7', 'r10', '5'])}`);
      return;
    }
    // Never another map beside a work's place: Linux 6.18 follows a null pointer where that has no fields.
    const wrong = !this.right(92) && !name.endsWith('__map');
    if (wrong) return this.anything(r);
    if (type.kind !== 'ptr') {
      if (name === 'local_type_id__k') return this.emit(`r${r} = ${ids.get(dice.of(OBJECTS))!}`);
      if (name.endsWith('__k'))
        return this.emit(`r${r} = ${dice.of([0, btf.find('struct', 'task_struct'), btf.find('struct', 'file')])}`);
      if (/__szk?$/.test(name)) {
        if (dice.chance(70)) return this.emit(`r${r} = ${dice.of([0, 1, 8, 16, 31, 32])}`);
        return this.emit(`r${r} = r${this.having('number') ?? 7}`, `r${r} &= ${dice.of([7, 15, 31, 63])}`);
      }
      return this.emit(`r${r} = ${dice.of(['0', '1', '4', '8', '64', '-1'])}`);
    }
    const target = btf.skipModifiers(type.type);
    if (name.endsWith('__map')) return this.emit(`r${r} = map[1]`);
    if (name.endsWith('__str')) return this.emit(`r${r} = map[2] +${dice.of([0, 0, 5, 10, 13])}`);
    if (name.endsWith('__alloc') || name.endsWith('__refcounted_kptr')) {
      const owned = OBJECTS.map((one) => this.having(one)).filter((one) => one !== null);
      if (owned.length === 0) return this.anything(r);
      this.used = dice.of(owned);
      return this.emit(`r${r} = r${this.used}`);
    }
    if (target.kind === 'func_proto') return this.emit(`r${r} = func cb${this.nextCallback()}`);
    if (name.endsWith('__irq_flag')) return this.emit(`r${r} = r10`, `r${r} += -${AT.flags}`);
    switch (target.name) {
      case 'bpf_dynptr':
        return this.emit(`r${r} = r10`, `r${r} += -${AT.dynptr}`);
      case 'bpf_wq':
        return this.emit(`r${r} = *(u64 *)(r10 -${AT.works})`);
      case 'bpf_task_work':
        return this.emit(`r${r} = *(u64 *)(r10 -${AT.works})`, `r${r} += 16`);
      case 'bpf_res_spin_lock':
        return this.emit(`r${r} = *(u64 *)(r10 -${AT.works})`, `r${r} += 24`);
      case 'bpf_list_head':
        return this.emit(`r${r} = r6`, `r${r} += ${dice.of([8, 24])}`);
      case 'bpf_rb_root':
        return this.emit(`r${r} = r6`, `r${r} += ${dice.of([40, 56])}`);
      case '__sk_buff':
      case 'xdp_md':
        return this.emit(`r${r} = *(u64 *)(r10 -${AT.context})`);
      case 'cpumask': {
        const mask = this.having('bpf_cpumask');
        return mask === null ? this.anything(r) : this.emit(`r${r} = r${mask}`);
      }
      default:
        break;
    }
    const held = this.having(target.name);
    if (held !== null) {
      this.used = held;
      return this.emit(`r${r} = r${held}`);
    }
    if (target.name === 'task_struct' && callee.name !== 'bpf_task_release') {
      // What other arguments are made of is in r1 to r5.
      for (let i = 1; i < r; i++) this.emit(`*(u64 *)(r10 -${AT.buffer + 8 * i}) = r${i}`);
      this.emit('call bpf_get_current_task_btf#158');
      for (let i = 1; i < r; i++) this.emit(`r${i} = *(u64 *)(r10 -${AT.buffer + 8 * i})`);
      return this.emit(`r${r} = r0`);
    }
    if (target.kind === 'void' || target.kind === 'int') {
      if (name.endsWith('__opt') && dice.chance(40)) return this.emit(`r${r} = 0`);
      return this.emit(`r${r} = r10`, `r${r} += -${AT.buffer - 8 * dice.below(3)}`);
    }
    if (name.endsWith('__nullable')) return this.emit(`r${r} = 0`);
    this.anything(r);
  }

  private nextCallback(): number {
    if (this.callbacks > 0 && this.dice.chance(40)) return 1 + this.dice.below(this.callbacks);
    return ++this.callbacks;
  }

  /** A call with its arguments, and what becomes of the result. */
  private kfunc(callee: KfuncDescriptor): void {
    const { dice } = this;
    const btf = programBtf();
    const func = btf.type(btf.find('func', callee.name));
    const proto = func.kind === 'func' ? btf.type(func.type) : func;
    if (proto.kind !== 'func_proto') return;
    if (this.careful && (callee.flags & KF_RELEASE) !== 0 && !this.canRelease(proto)) return;
    if (proto.params.some(({ type }) => this.isDynptr(type)) && !this.dynptrMade && this.right(90)) this.makeDynptr();
    this.used = null;
    proto.params.forEach(({ name, type }, i) => this.argument(i + 1, name, btf.skipModifiers(type), callee));
    const releases = (callee.flags & KF_RELEASE) !== 0;
    this.emit(`call ${callee.name}`);
    if (releases && this.used !== null) this.held.set(this.used, NUMBER);
    const ret = btf.skipModifiers(proto.ret);
    if (ret.kind === 'void') return;
    const target = ret.kind === 'ptr' ? btf.skipModifiers(ret.type).name : '';
    const owned = (callee.flags & KF_ACQUIRE) !== 0;
    if (ret.kind !== 'ptr' || (target === '' && !owned)) {
      if (dice.chance(30)) this.emit(`r${this.hold(NUMBER)} = r0`);
      return;
    }
    this.keep(target === '' ? 'simple' : target, owned, (callee.flags & KF_RET_NULL) !== 0);
  }

  /** Something that the function takes is held. */
  private canRelease({ params }: BtfType & { readonly kind: 'func_proto' }): boolean {
    const btf = programBtf();
    const pointer = btf.skipModifiers(params[0]!.type);
    const kind = pointer.kind === 'ptr' ? btf.skipModifiers(pointer.type).name : '';
    return [...this.held.values()].some((thing) => thing.owned && thing.kind === kind);
  }

  private isDynptr(type: number): boolean {
    const btf = programBtf();
    const pointer = btf.skipModifiers(type);
    return pointer.kind === 'ptr' && btf.skipModifiers(pointer.type).name === 'bpf_dynptr';
  }

  private makeDynptr(): void {
    this.emit('r1 = map[3]', 'r2 = r10', 'r2 += -4', 'call bpf_map_lookup_elem#1');
    this.emit('if r0 != 0 goto pc+2', 'r0 = 0', 'exit');
    this.emit('r1 = r0', 'r2 = 64', 'r3 = 0', 'r4 = r10', `r4 += -${AT.dynptr}`, 'call bpf_dynptr_from_mem#197');
    this.dynptrMade = true;
  }

  /** Keeps a result in a saved register; one that may be NULL is checked (mostly), and the program ends or goes on without. */
  private keep(kind: string, owned: boolean, maybeNull: boolean): void {
    const r = this.hold({ kind, owned });
    this.emit(`r${r} = r0`);
    if (!maybeNull || !this.right(85)) return;
    const some = this.label();
    this.emit(`if r${r} != 0 goto ${some}`);
    if (this.careful) for (const other of this.held.keys()) if (other !== r) this.giveBack(other);
    this.emit('r0 = 0', 'exit', `${some}:`);
  }

  /** An object is made, used, shared, kept or given back. */
  private object(): void {
    const { dice } = this;
    const kind = dice.of(OBJECTS);
    let r = this.having(kind);
    if (r === null || dice.chance(30)) {
      this.emit(`r1 = ${ids.get(kind)!}`, 'r2 = 0', 'call bpf_obj_new_impl');
      this.keep(kind, true, true);
      r = this.having(kind)!;
    }
    for (let n = dice.below(3); n > 0; n--) {
      const at = this.careful ? 0 : dice.below(STRUCTS[kind].size / 4) * 4;
      if (this.careful && STRUCTS[kind].members.some(([, off]) => (off as number) === 0)) break;
      this.emit(dice.chance(50) ? `r1 = *(u64 *)(r${r} +${at})` : `*(u64 *)(r${r} +${at}) = ${dice.below(3)}`);
    }
    switch (dice.below(5)) {
      case 0:
        this.emit(`r1 = r${r}`, 'r2 = 0', 'call bpf_obj_drop_impl');
        this.held.set(r, NUMBER);
        break;
      case 1:
        if (this.careful && !STRUCTS[kind].members.some(([one]) => (one as string) === 'bpf_refcount')) break;
        this.emit(`r1 = r${r}`, 'r2 = 0', 'call bpf_refcount_acquire_impl');
        this.keep(kind, true, dice.chance(30));
        break;
      case 2:
        if (this.careful && kind !== 'counted') break;
        this.emit('r1 = r6', 'r1 += 72', `r2 = r${r}`, 'call bpf_kptr_xchg#194');
        this.held.set(r, NUMBER);
        this.keep('counted', true, true);
        break;
      default:
        break;
    }
  }

  /** Something done to the list or tree, with its lock. */
  private graph(): void {
    const { dice } = this;
    const locked = this.right(90);
    if (locked) this.emit('r1 = r6', 'call bpf_spin_lock#93');
    const kind = dice.of(['item', 'alone', 'leaf', 'shared'] as const);
    const list = kind === 'item' || kind === 'alone';
    const root = { item: 8, alone: 24, leaf: 40, shared: 56 }[kind];
    const node = STRUCTS[kind].members[0]![1];
    const address = (r: number): void =>
      this.emit('r1 = r6', `r1 += ${this.right(92) ? root : dice.of([8, 24, 40])}`, `r2 = r${r}`);
    const mine = this.having(kind);
    if (mine !== null && dice.chance(60)) {
      address(mine);
      this.emit(`r2 += ${this.right(92) ? node : 0}`);
      if (list) this.emit('r3 = 0', 'r4 = 0', `call bpf_list_push_${dice.of(['front', 'back'])}_impl`);
      else this.emit(`r3 = func cb${this.nextCallback()}`, 'r4 = 0', 'r5 = 0', 'call bpf_rbtree_add_impl');
      if (dice.chance(40)) this.emit(`r1 = *(u64 *)(r${mine} +${this.careful && node === 0 ? 24 : 0})`);
      this.held.set(mine, NUMBER);
    } else {
      const over = this.label();
      const name = list
        ? dice.of(['list_pop_front', 'list_pop_back', 'list_front', 'list_back'])
        : dice.of(['rbtree_first', 'rbtree_root']);
      this.emit('r1 = r6', `r1 += ${root}`, `call bpf_${name}`);
      if (name.includes('pop')) {
        if (locked && this.right(90))
          this.emit('*(u64 *)(r10 -104) = r0', 'r1 = r6', 'call bpf_spin_unlock#94', 'r0 = *(u64 *)(r10 -104)');
        if (this.right(92)) this.emit(`if r0 == 0 goto ${over}`);
        this.emit('r1 = r0', `r1 += -${this.right(95) ? node : 8}`, 'r2 = 0', 'call bpf_obj_drop_impl', `${over}:`);
        return;
      }
      if (this.right(88)) this.emit(`if r0 == 0 goto ${over}`);
      this.emit(`r1 = *(u64 *)(r0 ${node === 0 ? '+24' : `-${node}`})`);
      if (!list && dice.chance(50)) {
        this.emit('r2 = r0', 'r1 = r6', `r1 += ${root}`, `call bpf_rbtree_${dice.of(['left', 'right'])}`);
        if (dice.chance(50)) this.emit(`if r0 == 0 goto ${over}`, `r1 = *(u64 *)(r0 -${node})`);
      }
      this.emit(`${over}:`);
    }
    if (locked && this.right(92)) this.emit('r1 = r6', 'call bpf_spin_unlock#94');
  }

  /** A lock that may fail, and something with it held. */
  private resilient(): void {
    const { dice } = this;
    const over = this.label();
    const irq = dice.chance(40);
    const place = (): void =>
      this.emit(`r1 = *(u64 *)(r10 -${AT.works})`, 'r1 += 24', ...(irq ? ['r2 = r10', `r2 += -${AT.flags}`] : []));
    place();
    this.emit(`call bpf_res_spin_lock${irq ? '_irqsave' : ''}`);
    if (this.right(85)) this.emit(`if r0 ${dice.of(['!=', 's<'])} 0 goto ${over}`);
    if (dice.chance(50)) this.emit(`r1 = *(u64 *)(r10 -${AT.works})`, '*(u64 *)(r1 +32) = 1');
    place();
    this.emit(`call bpf_res_spin_unlock${irq === this.right(95) ? '_irqrestore' : ''}`, `${over}:`);
  }

  /** A load or store through whatever a register holds. */
  private touch(): void {
    const { dice } = this;
    const r = dice.of([6, 7, 8, 9]);
    const number = r !== 6 && this.held.get(r)!.kind === 'number';
    if (number && this.careful) return;
    const at = this.careful ? (r === 6 ? 80 : 0) : dice.of([0, 8, 16, 24, 4]);
    this.emit(dice.chance(70) ? `r1 = *(u64 *)(r${r} +${at})` : `*(u64 *)(r${r} +${at}) = 1`);
  }

  private giveEverythingBack(): void {
    for (const r of this.held.keys()) this.giveBack(r);
  }

  private giveBack(r: number): void {
    const { kind, owned } = this.held.get(r)!;
    if (!owned) return;
    const release = RELEASES[kind] ?? (OBJECTS.includes(kind as StructName) ? 'bpf_obj_drop_impl' : null);
    if (release !== null) this.emit(`r1 = r${r}`, 'r2 = 0', `call ${release}`);
  }

  /** Compares nodes, or is called later: nobody knows where it is handed over. */
  private callback(n: number): void {
    const { dice } = this;
    this.lines.push(`cb${n}:`);
    if (dice.chance(40)) this.emit(`r3 = *(u64 *)(r1 ${dice.of(['-8', '+0', '+24'])})`);
    if (dice.chance(40)) this.emit(`r3 = *(u64 *)(r2 ${dice.of(['-8', '+0', '+24'])})`);
    if (dice.chance(30)) this.emit('if r1 == r2 goto pc+1', 'r4 = 1');
    this.emit(`r0 = ${dice.chance(75) ? 0 : dice.of([1, 2, -1])}`, 'exit');
  }
}

/** Effects that need something else around them: careful programs have them in statements of their own. */
const ELSEWHERE: ReadonlySet<KfuncEffect> = new Set<KfuncEffect>([
  'rcu-lock',
  'rcu-unlock',
  'preempt-disable',
  'preempt-enable',
  'irq-save',
  'irq-restore',
  'lock',
  'unlock',
  'lock-irq',
  'unlock-irq',
  'new-object',
  'drop-object',
  'throw',
]);

/** What takes the references of each kind of object. */
const RELEASES: Readonly<Record<string, string>> = {
  task_struct: 'bpf_task_release',
  cgroup: 'bpf_cgroup_release',
  bpf_cpumask: 'bpf_cpumask_release',
  bpf_key: 'bpf_key_put',
  bpf_crypto_ctx: 'bpf_crypto_ctx_release',
  nf_conn: 'bpf_ct_release',
  nf_conn___init: 'bpf_ct_release',
};

const settings = (): readonly Setting[] => (usable ??= loadable(SETTINGS, (setting) => setting));
let usable: readonly Setting[] | null = null;

/** Programs that call kernel functions with arguments of every annotation, make objects, and work on lists and trees. */
export const ANNOTATED_GENERATOR: Generator = {
  name: 'annotated',
  share: 8,
  generate: (seeds) =>
    seeds.map((seed) => {
      const choices = settings();
      const dice = new Dice(seed);
      const setting = choices[(seed >>> 0) % choices.length]!;
      return new AsmCase(new AnnotatedWriter(seed, setting).program(), {
        ...setting,
        maps: MAPS,
        types,
        named: dice.chance(97),
      });
    }),
};
