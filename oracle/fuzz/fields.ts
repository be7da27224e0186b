import { BtfWriter } from '../../core/btf/writer.ts';
import { AsmCase, loadable } from './asm-case.ts';
import type { Setting } from './setting.ts';
import { AsmWriter, SIZES } from './asm-writer.ts';
import type { Generator } from './case.ts';
import { FIELD_DECLARATIONS, fieldMaps, fieldTypes } from './field-maps.ts';
import type { FuzzField } from './field-maps.ts';

const MAPS = fieldMaps(new BtfWriter());

/** Types of program that go at the maps: those that trace, and those that may use everything. */
const SETTINGS: readonly Setting[] = [
  { section: 'syscall', type: 31, flags: 16 },
  { section: 'syscall', type: 31, flags: 16 },
  { section: 'tc', type: 3 },
  {
    section: 'tp_btf/task_newtask',
    type: 26,
    expectedAttachType: 23,
    target: { kind: 'typedef', name: 'btf_trace_task_newtask' },
  },
  { section: 'raw_tp', type: 17 },
  { section: 'kprobe', type: 2 },
  { section: 'socket', type: 1 },
  { section: 'perf_event', type: 7 },
];

/** Programs of a few statements, each of which goes at a field of a map's value in some way. */
class FieldWriter extends AsmWriter {
  private callbacks: number[] = [];

  constructor(
    seed: number,
    private readonly setting: Setting,
  ) {
    super(seed);
  }

  /** Half of the programs do what may be done, so that the walk goes on; in the others anything may come. */
  private readonly careful = this.dice.chance(55);

  /** True with this many percent, always in a careful program. */
  private right(percent: number): boolean {
    return this.careful || this.dice.chance(percent);
  }

  program(): string[] {
    const { dice } = this;
    this.emit('r6 = r1', 'r7 = 0', 'r8 = 0', 'r9 = 0');
    for (let n = 1 + dice.below(4); n > 0; n--) this.visit();
    this.emit('r0 = 0', 'exit');
    for (const map of this.callbacks.splice(0)) this.callback(map);
    return this.lines;
  }

  /** Looks a value up (r7), and does a few things to it. */
  private visit(): void {
    const { dice } = this;
    const traced = [17, 2, 7].includes(this.setting.type);
    // Maps that the type may not have at all are met now and then.
    const index = traced && this.right(80) ? dice.of([0, 1, 2, 9, 10, 11]) : dice.below(MAPS.length);
    const { map } = MAPS[index]!;
    const over = this.label();
    if (map.maxEntries === 1 && dice.chance(50))
      this.emit(`r7 = map[${index}] +${this.right(85) ? 0 : dice.below(map.valueSize)}`);
    else {
      this.emit('*(u32 *)(r10 -4) = 0', `r1 = map[${index}]`, 'r2 = r10', 'r2 += -4', 'call bpf_map_lookup_elem#1');
      this.emit(`if r0 == 0 goto ${over}`, 'r7 = r0');
    }
    for (let n = 1 + dice.below(3); n > 0; n--) this.act(index);
    this.emit(`${over}:`, 'r7 = 0');
  }

  private act(index: number): void {
    const { dice } = this;
    const { fields } = MAPS[index]!;
    const field = fields.length === 0 ? { at: 0, size: 8, kind: 'none' } : dice.of(fields);
    if (dice.chance(this.careful ? 15 : 35)) return this.touch(index, field);
    if (field.kind.startsWith('kptr')) this.pointer(field);
    else if (field.kind === 'bpf_timer') this.timer(index, field);
    else if (field.kind === 'bpf_wq' && this.right(60)) this.work(index, field);
    else if (field.kind === 'bpf_spin_lock' && this.right(80)) this.lock(field);
    else this.touch(index, field);
  }

  /** A load, store, atomic operation or helper near or on a field. */
  private touch(index: number, field: FuzzField): void {
    const { dice } = this;
    const { map, fields } = MAPS[index]!;
    const [type, width] = dice.of(SIZES);
    if (this.careful) {
      // Somewhere beside all fields.
      const free = Array.from({ length: map.valueSize / width }, (_, i) => i * width).filter((at) =>
        fields.every((f) => at + width <= f.at || at >= f.at + f.size),
      );
      if (free.length === 0) return;
      const at = dice.of(free);
      if (dice.chance(50)) this.emit(`r9 = *(${type} *)(r7 +${at})`, ...(dice.chance(40) ? [] : ['r9 = 0']));
      else this.emit(`*(${type} *)(r7 +${at}) = ${dice.of(['r8', '0', '7'])}`);
      return;
    }
    const near = field.at - width + dice.below(field.size + width + 1);
    const at = dice.chance(60) ? field.at : dice.chance(80) ? near : dice.below(map.valueSize);
    const place = `r7 ${at < 0 ? '-' : '+'}${Math.abs(at)}`;
    switch (dice.below(12)) {
      case 0:
      case 1:
      case 2:
        return this.emit(`r9 = *(${dice.chance(60) ? 'u64' : type} *)(${place})`, 'r9 = 0');
      case 3:
        return this.emit(`*(${dice.chance(60) ? 'u64' : type} *)(${place}) = r${dice.of([8, 8, 10, 7, 6])}`);
      case 4:
        return this.emit(`*(${dice.chance(60) ? 'u64' : type} *)(${place}) = ${dice.of([0, 0, 1])}`);
      case 5:
        return this.atomic(place);
      case 6:
        return this.emit(`r9 = *(s${dice.of([8, 16, 32])} *)(${place})`, 'r9 = 0');
      case 7: {
        this.emit('call bpf_get_prandom_u32#7', `r0 &= ${dice.of([1, 7, 8, 15])}`, 'r1 = r7', 'r1 += r0');
        return this.emit(
          dice.chance(50) ? `r9 = *(${type} *)(r1 +${Math.max(0, at)})` : `*(${type} *)(r1 +${Math.max(0, at)}) = 0`,
          'r9 = 0',
        );
      }
      case 8:
        return this.emit('r1 = r7', `r1 += ${at}`, `r2 = ${dice.of([1, 4, 8, 16])}`, 'call bpf_get_current_comm#16');
      case 9:
        return this.emit(
          'r1 = r7',
          `r1 += ${at}`,
          `r2 = ${dice.of([1, 8])}`,
          'r3 = 0',
          'call bpf_probe_read_kernel#113',
        );
      case 10:
        return this.emit(
          '*(u32 *)(r10 -4) = 0',
          `r1 = map[${dice.of([index, 11])}]`,
          'r2 = r10',
          'r2 += -4',
          'r3 = r7',
          `r3 += ${dice.of([0, at])}`,
          'r4 = 0',
          'call bpf_map_update_elem#2',
        );
      default:
        return this.emit(`r1 = map[${dice.of([index, 11])}]`, 'r2 = r7', `r2 += ${at}`, 'call bpf_map_lookup_elem#1');
    }
  }

  /** Loads, exchanges and stores of a pointer. */
  private pointer(field: FuzzField): void {
    const { dice } = this;
    const at = this.right(90) ? field.at : field.at + dice.of([-8, 8, 4]);
    const over = this.label();
    const locked = this.setting.type === 31 && dice.chance(40);
    if (locked) this.emit('call bpf_rcu_read_lock');
    const owned = field.kind.startsWith('kptr:');
    const form = this.careful ? dice.of(owned ? [0, 3, 4] : [0, 1]) : dice.below(6);
    if (form === 0) {
      this.emit(`r9 = *(u64 *)(r7 +${at})`);
      if (this.right(80)) this.emit(`if r9 == 0 goto ${over}`);
      this.emit(
        this.careful
          ? 'r1 = *(u64 *)(r9 +0)'
          : dice.of(['r1 = *(u32 *)(r9 +0)', 'r1 = *(u64 *)(r9 +8)', 'r9 += 8', 'r1 = r9', '*(u32 *)(r9 +0) = 1']),
        `${over}:`,
        'r9 = 0',
      );
    } else if (form === 1) {
      this.source(field);
      this.emit(`*(u64 *)(r7 +${at}) = r9`, 'r9 = 0');
    } else if (form === 2) {
      this.emit(`r9 = *(u64 *)(r7 +${at})`, `*(u64 *)(r7 +${dice.of([at, 16, 24])}) = r9`, 'r9 = 0');
    } else {
      this.source(field);
      this.emit('r1 = r7', `r1 += ${at}`, 'r2 = r9', 'call bpf_kptr_xchg#194');
      if (this.right(85)) {
        this.emit(`if r0 == 0 goto ${over}`);
        this.emit(
          'r1 = r0',
          `call ${field.kind.endsWith('cgroup') ? 'bpf_cgroup_release' : 'bpf_task_release'}`,
          `${over}:`,
        );
      }
      this.emit('r9 = 0');
    }
    if (locked) this.emit('call bpf_rcu_read_unlock');
  }

  /** Something to put into a field, in r9. */
  private source(field: FuzzField): void {
    const { dice } = this;
    if (this.careful) {
      const [kind, target] = field.kind.split(':');
      if (dice.chance(40) || this.setting.type !== 31) this.emit('r9 = 0');
      else if (kind === 'kptr_untrusted')
        this.emit(target === 'task_struct' ? 'call bpf_get_current_task_btf#158' : 'r0 = 0', 'r9 = r0');
      else
        this.emit(
          'r1 = 1',
          `call ${target === 'cgroup' ? 'bpf_cgroup_from_id' : 'bpf_task_from_pid'}`,
          'if r0 != 0 goto pc+1',
          'exit',
          'r9 = r0',
        );
      return;
    }
    switch (dice.below(6)) {
      case 0:
      case 1:
        return this.emit('r9 = 0');
      case 2:
        return this.emit(
          'r1 = 1',
          'call bpf_task_from_pid',
          'r9 = r0',
          ...(dice.chance(70) ? ['if r9 != 0 goto pc+1', 'exit'] : []),
        );
      case 3:
        return this.emit('call bpf_get_current_task_btf#158', 'r9 = r0', ...(dice.chance(30) ? ['r9 += 8'] : []));
      case 4:
        return this.emit('r1 = 1', 'call bpf_cgroup_from_id', 'r9 = r0');
      default:
        return this.emit(`r9 = ${dice.of(['r10', 'r7', 'r6', '5'])}`);
    }
  }

  private timer(index: number, field: FuzzField): void {
    const { dice } = this;
    const address = (): void => {
      this.emit('r1 = r7');
      const at = this.right(92) ? field.at : dice.below(32);
      if (at !== 0) this.emit(`r1 += ${at}`);
      if (!this.right(97)) this.emit('r1 = r10');
    };
    switch (dice.below(4)) {
      case 0:
        address();
        return this.emit(
          `r2 = map[${this.right(93) ? index : 11}]`,
          `r3 = ${dice.of([0, 1, 7, 100])}`,
          'call bpf_timer_init#169',
        );
      case 1: {
        const n = this.nextCallback(index);
        address();
        return this.emit(`r2 = func cb${n}`, 'call bpf_timer_set_callback#170');
      }
      case 2:
        address();
        return this.emit('r2 = 1000', `r3 = ${dice.of([0, 1, 8])}`, 'call bpf_timer_start#171');
      default:
        address();
        return this.emit('call bpf_timer_cancel#172');
    }
  }

  /** The lock taken and given back, mostly, with something in between. */
  private lock(field: FuzzField): void {
    const { dice } = this;
    const address = (): void => {
      this.emit('r1 = r7');
      const at = this.right(94) ? field.at : dice.below(32);
      if (at !== 0) this.emit(`r1 += ${at}`);
    };
    if (this.right(92)) {
      address();
      this.emit('call bpf_spin_lock#93');
    }
    const over = this.label();
    for (let n = dice.below(3); n > 0; n--)
      switch (this.careful ? dice.of([5, 6, 7, 8]) : dice.below(9)) {
        case 0:
          this.random(9);
          break;
        case 1:
          this.emit(
            '*(u32 *)(r10 -4) = 0',
            'r1 = map[5]',
            'r2 = r10',
            'r2 += -4',
            'call bpf_map_lookup_elem#1',
            'if r0 == 0 goto pc+1',
            'r7 = r0',
          );
          break;
        case 2:
          this.emit(`if r8 == ${dice.below(3)} goto ${over}`);
          break;
        case 3:
          this.emit('exit');
          break;
        case 4:
          address();
          this.emit('call bpf_spin_lock#93');
          break;
        case 5:
          this.emit(
            'r1 = r10',
            'r1 += -16',
            'r2 = 0',
            'r3 = 3',
            'call bpf_iter_num_new',
            'r1 = r10',
            'r1 += -16',
            'call bpf_iter_num_destroy',
          );
          break;
        default:
          this.emit(`r8 = *(u32 *)(r7 +${field.at === 0 ? 4 : 0})`);
      }
    if (this.right(90)) {
      address();
      this.emit('call bpf_spin_unlock#94');
    }
    this.emit(`${over}:`, 'r8 = 0');
  }

  private work(index: number, field: FuzzField): void {
    const { dice } = this;
    this.emit('r1 = r7');
    const at = this.right(92) ? field.at : dice.below(32);
    if (at !== 0) this.emit(`r1 += ${at}`);
    switch (dice.below(3)) {
      case 0:
        // Never a map without any special field: Linux 6.18 follows a null pointer there.
        return this.emit(`r2 = map[${this.right(93) ? index : 3}]`, 'r3 = 0', 'call bpf_wq_init');
      case 1:
        return this.emit(
          `r2 = func cb${this.nextCallback(index)}`,
          'r3 = 0',
          'r4 = 0',
          'call bpf_wq_set_callback_impl',
        );
      default:
        return this.emit('r2 = 0', 'call bpf_wq_start');
    }
  }

  private made = 0;
  private nextCallback(map: number): number {
    if (this.made > 0 && this.dice.chance(20)) return 1 + this.dice.below(this.made);
    this.callbacks.push(map);
    return ++this.made;
  }

  /** An asynchronous callback: it gets the map, the key and the value. */
  private callback(index: number): void {
    const { dice } = this;
    const { map } = MAPS[index]!;
    this.lines.push(`cb${++this.written}:`);
    this.emit('r7 = r3', 'r8 = 0', 'r9 = 0', 'r6 = r1');
    if (dice.chance(40)) this.emit('r9 = *(u32 *)(r2 +0)');
    if (dice.chance(40)) this.emit(`r9 = *(u64 *)(r7 +${map.valueSize - 8})`);
    if (dice.chance(50)) this.touch(index, MAPS[index]!.fields[0]!);
    if (dice.chance(25)) this.emit('if r9 > 3 goto pc+1', 'r9 += 1');
    if (dice.chance(30)) this.random(9);
    if (dice.chance(20) && (!this.careful || MAPS[index]!.fields[0]!.kind === 'bpf_timer'))
      this.emit('r1 = r7', `r1 += ${MAPS[index]!.fields[0]!.at}`, 'r2 = 1000', 'r3 = 0', 'call bpf_timer_start#171');
    this.emit(this.right(80) ? 'r0 = 0' : dice.of(['r0 = 1', 'r0 = r9', 'r0 = 2', 'r0 = r10']), 'exit');
  }
  private written = 0;
}

const settings = (): readonly Setting[] => (usable ??= loadable(SETTINGS, (setting) => setting));
let usable: readonly Setting[] | null = null;

/** Programs that go at every kind of field of a map's value: by loads, stores, atomic operations, helpers, and what the field is for. */
export const FIELD_GENERATOR: Generator = {
  name: 'fields',
  share: 6,
  generate: (seeds) =>
    seeds.map((seed) => {
      const choices = settings();
      const setting = choices[(seed >>> 0) % choices.length]!;
      return new AsmCase(new FieldWriter(seed, setting).program(), {
        ...setting,
        maps: MAPS.map(({ map }) => map),
        types: fieldTypes,
        declarations: FIELD_DECLARATIONS,
      });
    }),
};
