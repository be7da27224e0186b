import type { MapDef } from '../../core/elf/object.ts';
import { AsmCase, loadable } from './asm-case.ts';
import { RAW_TP } from './setting.ts';
import type { Setting } from './setting.ts';
import { SIZES } from './asm-writer.ts';
import type { Generator } from './case.ts';
import { Dice } from '../../core/base/dice.ts';
import { Structured } from './structured.ts';
import type { Shape } from './structured.ts';

const map = (name: string, type: number, keySize: number, valueSize: number, maxEntries: number): MapDef => ({
  name,
  type,
  keySize,
  valueSize,
  maxEntries,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
});

const MAPS: readonly MapDef[] = [
  map('rb', 27, 0, 0, 4096),
  map('values', 2, 4, 64, 4),
  map('data', 2, 4, 48, 1),
  map('queue', 22, 0, 16, 8),
  map('stack', 23, 0, 8, 8),
  map('stacks', 7, 4, 64, 16),
  map('urb', 31, 0, 0, 4096),
  map('events', 4, 4, 4, 2),
  map('progs', 3, 4, 4, 2),
  map('trie', 11, 8, 16, 4),
  map('bloom', 30, 0, 8, 16),
  { ...map('outer', 12, 4, 4, 2), inner: map('', 2, 4, 16, 4) },
  { ...map('outer_hash', 13, 4, 4, 2), inner: map('', 1, 8, 24, 4) },
  { ...map('outer_queue', 12, 4, 4, 2), inner: map('', 22, 0, 8, 4) },
  { ...map('outer_any', 12, 4, 4, 2), inner: { ...map('', 2, 4, 16, 4), flags: 0x1000 } },
];
const OUTER = [11, 12, 13, 14];
const [RB, VALUES, DATA, QUEUE, STACK, STACKS, URB, EVENTS, PROGS, , BLOOM] = MAPS.map((_, i) => i) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
// Tries are made with BPF_F_NO_PREALLOC only.
const SETTING_MAPS = MAPS.map((each) => (each.type === 11 ? { ...each, flags: 1 } : each));

const SETTINGS: readonly Setting[] = [
  RAW_TP,
  RAW_TP,
  { section: 'syscall', type: 31, flags: 16 },
  { section: 'tc', type: 3 },
  { section: 'xdp', type: 6 },
  { section: 'socket', type: 1 },
  { section: 'kprobe', type: 2 },
];

const SHAPE: Shape = {
  weights: {
    alu: 10,
    random: 4,
    copy: 3,
    memory: 6,
    branch: 9,
    either: 4,
    bounded: 2,
    iterate: 3,
    call: 2,
    reserve: 16,
    output: 4,
    dynptr: 20,
    record: 10,
    queue: 5,
    stackid: 4,
    drain: 2,
    packet: 3,
    tail: 1,
    nested: 6,
    fields: 1,
  },
  length: 34,
  functions: [15, 1],
};

/** Dynptrs lie here, seldom elsewhere. */
const PLACES = [72, 88, 104, 120];

class WithReserved extends Structured {
  constructor(
    seed: number,
    private readonly setting: Setting,
  ) {
    super(seed, SHAPE);
    Object.assign(this.kinds, {
      reserve: (depth: number) => this.reserve(depth),
      output: () => this.output(),
      dynptr: (depth: number) => this.dynptr(depth),
      record: (depth: number) => this.record(depth),
      queue: () => this.queue(),
      stackid: () => this.stackid(),
      drain: () => this.drain(),
      packet: () => this.packet(),
      tail: () => this.tail(),
      nested: () => this.nested(),
      fields: () => this.fields(),
    });
    for (const kind of ['reserve', 'dynptr', 'record']) this.nesting.add(kind);
  }

  private touch(r: number, size: number): void {
    const { dice } = this;
    const [type, width] = dice.of(SIZES);
    const at = dice.chance(94) ? width * dice.below(Math.max(1, Math.floor(size / width))) : size - width + 1;
    const form = dice.below(8);
    if (form < 3) this.emit(`r${this.reg()} = *(${type} *)(r${r} +${at})`);
    else if (form < 6) this.emit(`*(${type} *)(r${r} +${at}) = r${this.reg()}`);
    else if (form === 6)
      this.emit(`r1 = r${r}`, `r2 = ${dice.of([4, size, size + 1])}`, 'call bpf_get_current_comm#16');
    else {
      const index = this.reg();
      this.emit(`r${index} &= ${dice.of([1, 3, 7, 15])}`, `r3 = r${r}`, `r3 += r${index}`);
      this.emit(dice.chance(50) ? `*(u8 *)(r3 +0) = 1` : `r${this.reg()} = *(u8 *)(r3 +0)`);
    }
  }

  /** A record reserved, checked, filled, and handed back: mostly. */
  private reserve(depth: number): void {
    const { dice } = this;
    const size = dice.of([8, 16, 20, 64]);
    this.emit(`r1 = map[${dice.chance(97) ? RB : VALUES}]`);
    this.emit(`r2 = ${dice.chance(96) ? size : `r${this.reg()}`}`, `r3 = ${dice.chance(97) ? 0 : `r${this.reg()}`}`);
    this.emit('call bpf_ringbuf_reserve#131');
    const r = this.reg();
    this.emit(`r${r} = r0`);
    const over = this.label();
    if (dice.chance(95)) this.emit(`if r${dice.chance(85) ? r : 0} == 0 goto ${over}`);
    this.reserved.push(r);
    if (dice.chance(80)) this.touch(r, size);
    if (dice.chance(20)) {
      const slot = 8 * (1 + dice.below(8));
      this.emit(`*(u64 *)(r10 -${slot}) = r${r}`);
      if (dice.chance(40)) this.block(depth + 1);
      this.emit(`r${r} = *(u64 *)(r10 -${slot})`);
    } else if (dice.chance(35)) this.block(depth + 1);
    if (dice.chance(8)) this.emit(`r${r} += ${dice.of([0, 8, 4])}`);
    if (dice.chance(5)) {
      const early = this.label();
      this.emit(`if ${this.condition()} goto ${early}`, 'r0 = 0', 'exit', `${early}:`);
    }
    if (dice.chance(94)) this.giveBack(r);
    if (dice.chance(4)) this.giveBack(r);
    if (dice.chance(4)) this.touch(r, size);
    this.reserved.pop();
    this.emit(`r${r} = ${dice.below(9)}`, `${over}:`);
    if (dice.chance(85)) this.emit(`r${r} = ${dice.below(9)}`);
  }

  private giveBack(r: number): void {
    const { dice } = this;
    this.emit(`r1 = r${r}`, `r2 = ${dice.chance(95) ? dice.of([0, 1, 2]) : 'r10'}`);
    this.emit(dice.chance(70) ? 'call bpf_ringbuf_submit#132' : 'call bpf_ringbuf_discard#133');
  }

  private output(): void {
    const { dice } = this;
    const at = 8 * (1 + dice.below(8));
    if (dice.chance(50)) {
      this.emit(`r1 = map[${dice.chance(95) ? RB : QUEUE}]`, 'r2 = r10', `r2 += -${at}`);
      this.emit(`r3 = ${dice.chance(90) ? dice.of([0, 1, 8, at]) : at + 1}`, 'r4 = 0', 'call bpf_ringbuf_output#130');
    } else this.emit(`r1 = map[${RB}]`, `r2 = ${dice.below(5)}`, 'call bpf_ringbuf_query#134');
    if (dice.chance(50)) this.emit(`r${this.reg()} = r0`);
  }

  /** The address of a dynptr's place in a register. */
  private place(r: number, at: number): void {
    const { dice } = this;
    const moved = dice.chance(95) ? at : dice.of([8, 16, 24, 4, 72, 80, 96]);
    this.emit(`r${r} = r10`, `r${r} += -${moved}`);
  }

  /** Makes dynptrs of a map's value and works on them. */
  private dynptr(depth: number): void {
    const { dice } = this;
    if (this.frame !== 0 && dice.chance(70)) return this.alu();
    const at = dice.of(PLACES);
    const form = dice.below(10);
    if (form < 8) this.fromMemory(at);
    const uses = 1 + dice.below(3);
    for (let i = 0; i < uses; i++) this.use(at, depth);
    if (dice.chance(15)) this.fromMemory(at);
    if (dice.chance(8)) this.emit(`*(u${dice.of([8, 64])} *)(r10 -${at - dice.of([0, 8])}) = ${dice.below(2)}`);
    if (dice.chance(4)) {
      const index = this.reg();
      this.emit(`r${index} &= 7`, 'r3 = r10', `r3 += r${index}`, `*(u8 *)(r3 -${at}) = 1`);
    }
    if (dice.chance(4)) this.emit(`r${this.reg()} = *(u64 *)(r10 -${at - dice.of([0, 8])})`);
  }

  private fromMemory(at: number): void {
    const { dice } = this;
    if (dice.chance(60)) this.emit(`r1 = map[${DATA}] +${dice.of([0, 8, 40])}`);
    else if (dice.chance(90)) {
      const over = this.label();
      this.emit(`*(u32 *)(r10 -4) = ${dice.of([0, 9])}`, `r1 = map[${VALUES}]`, 'r2 = r10', 'r2 += -4');
      this.emit('call bpf_map_lookup_elem#1', `if r0 != 0 goto ${over}`, 'r0 = 0', 'exit', `${over}:`, 'r1 = r0');
    } else this.emit('r1 = r10', 'r1 += -64');
    this.emit(`r2 = ${dice.chance(92) ? dice.of([0, 4, 8]) : dice.of([48, 65, -1])}`, 'r3 = 0');
    this.place(4, at);
    this.emit('call bpf_dynptr_from_mem#197');
  }

  private use(at: number, depth: number): void {
    const { dice } = this;
    const buffer = 8 * (1 + dice.below(8));
    const offset = (): string => (dice.chance(70) ? String(dice.of([0, 4, 8])) : `r${this.reg()}`);
    switch (dice.below(12)) {
      case 0:
        this.emit('r1 = r10', `r1 += -${buffer}`, `r2 = ${dice.of([0, 1, 8, buffer])}`);
        this.place(3, at);
        this.emit(`r4 = ${offset()}`, 'r5 = 0', 'call bpf_dynptr_read#201');
        break;
      case 1:
        this.place(1, at);
        this.emit(`r2 = ${offset()}`, 'r3 = r10', `r3 += -${buffer}`, `r4 = ${dice.of([0, 1, 8])}`, 'r5 = 0');
        this.emit('call bpf_dynptr_write#202');
        break;
      case 2:
      case 3:
      case 4: {
        const size = dice.of([4, 8, 16]);
        this.place(1, at);
        this.emit(`r2 = ${offset()}`, `r3 = ${dice.chance(97) ? size : `r${this.reg()}`}`, 'call bpf_dynptr_data#203');
        this.memoryOf(size, at, depth);
        break;
      }
      case 5:
      case 6: {
        const size = dice.of([4, 8]);
        this.place(1, at);
        this.emit(`r2 = ${offset()}`);
        if (dice.chance(60)) this.emit('r3 = r10', `r3 += -${buffer}`);
        else this.emit('r3 = 0');
        this.emit(`r4 = ${dice.chance(95) ? size : `r${this.reg()}`}`);
        this.emit(dice.chance(70) ? 'call bpf_dynptr_slice' : 'call bpf_dynptr_slice_rdwr');
        this.memoryOf(size, at, depth);
        break;
      }
      case 7:
        this.place(1, at);
        this.emit(`r2 = ${offset()}`, `r3 = ${dice.of([8, 16])}`, 'call bpf_dynptr_adjust');
        break;
      case 8:
      case 9: {
        const to = dice.of(PLACES);
        this.place(1, at);
        this.place(2, to);
        this.emit('call bpf_dynptr_clone');
        if (dice.chance(40)) this.use(to, depth + 1);
        break;
      }
      case 10:
        this.place(1, at);
        this.emit(`r2 = 0`);
        this.place(3, dice.of(PLACES));
        this.emit('r4 = 0', `r5 = ${dice.of([0, 8])}`, 'call bpf_dynptr_copy');
        break;
      default:
        this.place(1, at);
        this.emit(`call bpf_dynptr_${dice.of(['is_null', 'is_rdonly', 'size'])}`);
    }
    if (dice.chance(30)) this.emit(`r${this.reg()} = r0`);
  }

  /** What a call left in r0: memory, or NULL. */
  private memoryOf(size: number, at: number, depth: number): void {
    const { dice } = this;
    const r = this.reg();
    const over = this.label();
    this.emit(`r${r} = r0`);
    if (dice.chance(93)) this.emit(`if r${r} == 0 goto ${over}`);
    this.reserved.push(r);
    this.touch(r, size);
    if (dice.chance(20)) {
      const form = dice.below(4);
      if (form === 0) this.fromMemory(dice.chance(70) ? at : dice.of(PLACES));
      else if (form === 1) this.emit(`*(u64 *)(r10 -${at}) = 0`);
      else if (form === 2) {
        this.place(1, at);
        this.emit('r2 = 0', 'call bpf_ringbuf_submit_dynptr#199');
      } else this.use(at, depth + 1);
      this.touch(r, size);
    }
    this.reserved.pop();
    this.emit(`r${r} = ${dice.below(9)}`, `${over}:`, `r${r} = ${dice.below(9)}`);
  }

  /** A record as a dynptr. */
  private record(depth: number): void {
    const { dice } = this;
    if (this.frame !== 0) return this.alu();
    const at = dice.of(PLACES);
    this.emit(`r1 = map[${RB}]`, `r2 = ${dice.chance(60) ? 16 : `r${this.reg()}`}`, 'r3 = 0');
    this.place(4, at);
    this.emit('call bpf_ringbuf_reserve_dynptr#198');
    const uses = dice.below(3);
    for (let i = 0; i < uses; i++) this.use(at, depth);
    if (dice.chance(15)) this.block(depth + 1);
    if (dice.chance(6)) {
      const early = this.label();
      this.emit(`if ${this.condition()} goto ${early}`, 'r0 = 0', 'exit', `${early}:`);
    }
    if (dice.chance(5)) this.fromMemory(at);
    const ends = dice.chance(92) ? 1 : dice.of([0, 2]);
    for (let i = 0; i < ends; i++) {
      this.place(1, at);
      this.emit(
        'r2 = 0',
        dice.chance(60) ? 'call bpf_ringbuf_submit_dynptr#199' : 'call bpf_ringbuf_discard_dynptr#200',
      );
    }
    if (dice.chance(6)) this.use(at, depth);
  }

  private queue(): void {
    const { dice } = this;
    const at = 8 * (1 + dice.below(8));
    this.emit(`r1 = map[${dice.chance(95) ? dice.of([QUEUE, STACK, BLOOM]) : DATA}]`, 'r2 = r10', `r2 += -${at}`);
    if (dice.chance(50)) this.emit(`r3 = ${dice.of([0, 2, 9])}`, 'call bpf_map_push_elem#87');
    else this.emit(`call bpf_map_${dice.chance(50) ? 'pop_elem#88' : 'peek_elem#89'}`);
    if (dice.chance(60)) this.emit(`r${this.reg()} = r0`);
    if (dice.chance(40)) this.emit(`r${this.reg()} = *(u64 *)(r10 -${at})`);
  }

  /** Puts the context into r1, as far as it is still there. */
  private context(): void {
    this.emit(this.frame === 0 ? 'r1 = *(u64 *)(r10 -136)' : 'r1 = 0');
  }

  private stackid(): void {
    const { dice } = this;
    this.context();
    if (dice.chance(40)) {
      this.emit(`r2 = map[${dice.chance(95) ? STACKS : VALUES}]`, `r3 = ${dice.of([0, 256, 9])}`);
      this.emit('call bpf_get_stackid#27');
    } else if (dice.chance(60)) {
      const size = dice.of([0, 8, 32]);
      this.emit('r2 = r10', 'r2 += -64', `r3 = ${dice.chance(80) ? size : `r${this.reg()}`}`, 'r4 = 0');
      this.emit('call bpf_get_stack#67');
    } else {
      this.emit('r4 = 0', `r2 = map[${EVENTS}]`, 'r3 = 0xffffffff', 'r4 = r10', 'r4 += -64', `r5 = ${dice.of([0, 8])}`);
      this.emit('call bpf_perf_event_output#25');
    }
    const r = this.reg();
    this.emit(`r${r} = r0`);
    if (dice.chance(30)) {
      const over = this.label();
      this.emit(`if r${r} s< 0 goto ${over}`, 'r3 = r10', 'r3 += -64', `r3 += r${r}`, '*(u8 *)(r3 +0) = 0', `${over}:`);
    }
  }

  /** bpf_user_ringbuf_drain: the callback gets a dynptr that it may not change. */
  private drain(): void {
    const { dice } = this;
    const n = this.nextExtra();
    this.emit('*(u64 *)(r10 -8) = 0', `r1 = map[${URB}]`, `r2 = func cb${n}`, 'r3 = r10', 'r3 += -8', 'r4 = 0');
    this.emit('call bpf_user_ringbuf_drain#209');
    this.later(() => {
      this.enter(-1, `cb${n}:`);
      this.emit('r6 = r1', 'r7 = r2', 'r8 = 0', 'r9 = 0');
      switch (dice.below(4)) {
        case 0:
          this.emit('r1 = r10', 'r1 += -8', 'r2 = 8', 'r3 = r6', 'r4 = 0', 'r5 = 0', 'call bpf_dynptr_read#201');
          break;
        case 1:
          this.emit('r1 = r6', 'r2 = 0', 'r3 = 4', 'call bpf_dynptr_data#203');
          this.emit('if r0 == 0 goto pc+1', 'r8 = *(u32 *)(r0 +0)');
          break;
        case 2:
          this.emit('r1 = r6', 'r2 = 0', 'call bpf_ringbuf_submit_dynptr#199');
          break;
        default:
          this.emit('r1 = r6', `r2 = ${dice.below(2)}`, 'r3 = 8', 'call bpf_dynptr_adjust');
      }
      this.emit('r6 = 0', 'r7 = 1');
      this.callbackEnd();
    });
  }

  private packet(): void {
    const { dice } = this;
    const at = dice.of(PLACES);
    this.context();
    const { type } = this.setting;
    this.emit('r2 = 0');
    this.place(3, at);
    this.emit(type === 6 ? 'call bpf_dynptr_from_xdp' : 'call bpf_dynptr_from_skb');
    this.use(at, 1);
    if (dice.chance(30)) this.use(at, 1);
  }

  /** A map taken from a map of maps, and used. */
  private nested(): void {
    const { dice } = this;
    const outer = dice.of(OUTER);
    const inner = MAPS[outer]!.inner!;
    const r = this.reg();
    const over = this.label();
    this.emit(`*(u64 *)(r10 -8) = ${dice.of([0, 1, 5])}`, `r1 = map[${outer}]`, 'r2 = r10', 'r2 += -8');
    this.emit(dice.chance(96) ? 'call bpf_map_lookup_elem#1' : 'call bpf_map_delete_elem#3', `r${r} = r0`);
    if (dice.chance(92)) this.emit(`if r${dice.chance(80) ? r : 0} == 0 goto ${over}`);
    this.reserved.push(r);
    if (dice.chance(20)) this.emit(`*(u64 *)(r10 -24) = r${r}`, `r${r} = *(u64 *)(r10 -24)`);
    this.emit(`r1 = r${r}`, 'r2 = r10', 'r2 += -8');
    if (inner.type === 22) {
      this.emit('r3 = 0', `call bpf_map_${dice.of(['push_elem#87', 'pop_elem#88', 'peek_elem#89'])}`);
    } else if (dice.chance(70)) {
      const end = this.label();
      this.emit('call bpf_map_lookup_elem#1');
      if (dice.chance(80)) this.emit(`if r0 == 0 goto ${end}`);
      this.touch(0, inner.valueSize);
      this.emit(`${end}:`);
    } else this.emit('r3 = r10', 'r3 += -64', 'r4 = 0', 'call bpf_map_update_elem#2');
    if (dice.chance(15)) this.emit(`r${this.reg()} = *(u32 *)(r${r} +${dice.of([0, 4, 24, 300, 30000])})`);
    if (dice.chance(6)) this.emit(`r${r} += 8`);
    this.reserved.pop();
    this.emit(`r${r} = 1`, `${over}:`, `r${r} = 0`);
  }

  /** Fields of a map, read through its pointer. */
  private fields(): void {
    const { dice } = this;
    const [type] = dice.of(SIZES);
    this.emit(`r1 = map[${dice.below(MAPS.length)}]`);
    this.emit(`r${this.reg()} = *(${type} *)(r1 +${dice.of([0, 8, 16, 24, 28, 32, 36, 40, 64, 128, 256])})`);
  }

  private tail(): void {
    const { dice } = this;
    this.context();
    this.emit(
      `r2 = map[${PROGS}]`,
      `r3 = ${dice.chance(50) ? dice.below(3) : `r${this.reg()}`}`,
      'call bpf_tail_call#12',
    );
  }

  override program(): string[] {
    // The context is kept below everything else.
    this.emit('*(u64 *)(r10 -136) = r1');
    return super.program();
  }
}

let settings: readonly Setting[] | null = null;

/** Records of ring buffers, dynptrs, queues, stacks, traces of the stack: what is reserved, handed back, or has its size with it. */
export const RESERVED_GENERATOR: Generator = {
  name: 'reserved',
  share: 8,
  generate: (seeds) =>
    seeds.map((seed) => {
      settings ??= loadable(SETTINGS, (setting) => setting);
      const setting = new Dice(seed ^ 0x5bd1).of(settings);
      return new AsmCase(new WithReserved(seed, setting).program(), { ...setting, maps: SETTING_MAPS });
    }),
};
