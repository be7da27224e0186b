import type { MapDef } from '../../core/elf/object.ts';
import type { ArgType, HelperDescriptor } from '../../core/kernel/catalogue/descriptor.ts';
import { DISTRIBUTION } from '../../core/kernel/rules/configuration.ts';
import { AsmCase, loadable } from './asm-case.ts';
import type { Setting } from './setting.ts';
import { AsmWriter } from './asm-writer.ts';
import type { Generator } from './case.ts';
import { programBtf } from './kernel.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';

const map = (name: string, type: number, keySize: number, valueSize: number, more: Partial<MapDef> = {}): MapDef => ({
  name,
  type,
  keySize,
  valueSize,
  maxEntries: 4,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
  ...more,
});

const TEXT = Uint8Array.from(Buffer.from('%d of %s\0abc\0 %lu\0\0', 'latin1'));

/** A map of every type that a helper may be handed. */
const MAPS: readonly MapDef[] = [
  map('array', 2, 4, 32),
  map('hash', 1, 8, 24),
  map('data', 2, 4, 64, { maxEntries: 1 }),
  map('text', 2, 4, TEXT.length, { maxEntries: 1, flags: 0x80, initial: TEXT, frozen: true }),
  map('percpu', 6, 4, 16),
  map('pcpu_hash', 5, 4, 16),
  map('lru', 9, 4, 16),
  map('progs', 3, 4, 4),
  map('events', 4, 4, 4),
  map('stacks', 7, 4, 80),
  map('trie', 11, 8, 8, { flags: 1 }),
  map('queue', 22, 0, 8),
  map('stack', 23, 0, 8),
  map('ring', 27, 0, 0, { maxEntries: 4096 }),
  map('bloom', 30, 0, 8),
  map('cpus', 16, 4, 4),
  map('devices', 14, 4, 4),
  map('writeonly', 2, 4, 16, { flags: 0x100, maxEntries: 1 }),
];
const RING = 13;
const DATA = 2;
const TEXT_MAP = 3;

const tracing = (section: string, attach: number, kind: 'typedef' | 'func', name: string): Setting => ({
  section,
  type: 26,
  expectedAttachType: attach,
  target: { kind, name },
});

/** Program types that kernels load without a hook of their own, and some more than once, as they offer the most. */
const SETTINGS: readonly Setting[] = [
  { section: 'raw_tp', type: 17 },
  { section: 'kprobe', type: 2 },
  { section: 'tracepoint', type: 5 },
  { section: 'perf_event', type: 7 },
  { section: 'socket', type: 1 },
  { section: 'tc', type: 3 },
  { section: 'tc', type: 3 },
  { section: 'action', type: 4 },
  { section: 'xdp', type: 6, expectedAttachType: 37 },
  { section: 'cgroup_skb/egress', type: 8, expectedAttachType: 1 },
  { section: 'sk_skb', type: 14 },
  { section: 'lwt_xmit', type: 12 },
  { section: 'lwt_in', type: 10 },
  { section: 'syscall', type: 31, flags: 16 },
  { section: 'syscall', type: 31, flags: 16 },
  { section: 'kprobe.s', type: 2, flags: 16 },
  tracing('tp_btf/task_newtask', 23, 'typedef', 'btf_trace_task_newtask'),
  tracing('iter/task', 28, 'func', 'bpf_iter_task'),
  { ...tracing('iter.s/task', 28, 'func', 'bpf_iter_task'), flags: 16 },
  tracing('fentry/bpf_fentry_test1', 24, 'func', 'bpf_fentry_test1'),
  tracing('fexit/bpf_fentry_test1', 25, 'func', 'bpf_fentry_test1'),
  tracing('fmod_ret/security_file_open', 26, 'func', 'security_file_open'),
  { ...tracing('fentry.s/bpf_fentry_test1', 24, 'func', 'bpf_fentry_test1'), flags: 16 },
  { ...tracing('lsm/file_open', 27, 'func', 'bpf_lsm_file_open'), type: 29 },
  { ...tracing('lsm.s/file_open', 27, 'func', 'bpf_lsm_file_open'), type: 29, flags: 16 },
];

const PACKETS: Readonly<Record<number, readonly [data: number, end: number]>> = {
  3: [76, 80],
  4: [76, 80],
  8: [76, 80],
  12: [76, 80],
  14: [76, 80],
  6: [0, 4],
};

const taskFields = new Map<string, number>();

/** Offset of a member of struct task_struct. */
function taskField(name: string): number {
  if (taskFields.size === 0) {
    const btf = programBtf();
    const task = btf.type(btf.find('struct', 'task_struct'));
    if (task.kind === 'struct') for (const member of task.members) taskFields.set(member.name, member.bitOffset / 8);
  }
  return taskFields.get(name) ?? 0;
}

/** Writes one call (or two) with arguments that are right, or wrong in some way. */
class CallWriter extends AsmWriter {
  private callbacks = 0;

  constructor(
    seed: number,
    private readonly setting: Setting,
  ) {
    super(seed);
    const { program } = new AsmCase(['r0 = 0', 'exit'], setting).load();
    const { helpers } = linux618(programBtf());
    this.offered = helpers.all.filter(({ id }) => helpers.allowed(program, id, DISTRIBUTION) === true);
  }

  /** Helpers that programs of this type may call. */
  private readonly offered: readonly HelperDescriptor[];

  program(): string[] {
    const { dice } = this;
    this.emit('r6 = r1', 'r7 = 0', 'r8 = 0', 'r9 = 0');
    for (let i = 1; i <= 8; i++)
      if (dice.chance(90)) this.emit(`*(u64 *)(r10 -${8 * i}) = ${dice.of([0, 0, 1, 3, 65])}`);
    const ring = this.prelude();
    for (let n = dice.chance(80) ? 1 : 2; n > 0; n--) {
      if (dice.chance(22)) this.kfunc();
      else this.helper(dice.of(dice.chance(85) ? this.offered : linux618(programBtf()).helpers.all));
      if (dice.chance(30))
        this.emit(
          dice.of(['r9 = r0', 'r1 = *(u64 *)(r0 +0)', 'if r0 == 0 goto pc+1', 'r0 += 1', 'if r0 s< 0 goto pc+0']),
        );
    }
    if (ring && dice.chance(85)) this.emit('r1 = r8', 'r2 = 0', 'call bpf_ringbuf_discard#133');
    this.emit(dice.chance(85) ? 'r0 = 0' : 'r0 = r9', 'exit');
    for (let n = 1; n <= this.callbacks; n++)
      this.emit(
        `cb${n}:`,
        dice.chance(15) ? 'r1 = *(u64 *)(r2 +0)' : 'r1 = 0',
        `r0 = ${dice.of([0, 0, 0, 1, 2])}`,
        'exit',
      );
    return this.lines;
  }

  /**
   * Puts a pointer of some kind into r7.
   * @returns true when r8 holds a record of a ring buffer that is to be given back
   */
  private prelude(): boolean {
    const { dice } = this;
    const checked = dice.chance(70);
    switch (dice.below(9)) {
      case 0:
      case 1: {
        const index = dice.of([0, 1, 4, 5, 6]);
        this.emit(`r1 = map[${index}]`, 'r2 = r10', 'r2 += -8', 'call bpf_map_lookup_elem#1', 'r7 = r0');
        if (checked) this.emit('if r7 != 0 goto pc+2', 'r0 = 0', 'exit');
        return false;
      }
      case 2:
        this.emit(
          `r1 = map[${RING}]`,
          `r2 = ${dice.of([8, 16, 24])}`,
          'r3 = 0',
          'call bpf_ringbuf_reserve#131',
          'r7 = r0',
          'r8 = r0',
        );
        this.emit('if r8 != 0 goto pc+2', 'r0 = 0', 'exit');
        if (!checked) this.emit('r7 += 4');
        return true;
      case 3: {
        this.emit('call bpf_get_current_task_btf#158', 'r7 = r0');
        const field = dice.of(['real_parent', 'mm', 'cpus_ptr', 'cgroups', 'files', 'signal']);
        if (dice.chance(70)) this.emit(`r7 = *(u64 *)(r7 +${taskField(field)})`);
        if (dice.chance(30)) this.emit('if r7 != 0 goto pc+2', 'r0 = 0', 'exit');
        return false;
      }
      case 4:
        if (this.setting.type !== 26) return false;
        this.emit(`r7 = *(u64 *)(r6 +${dice.of([0, 8])})`);
        if (dice.chance(60)) this.emit('r7 = *(u64 *)(r7 +0)');
        return false;
      default:
        return false;
    }
  }

  private helper(helper: HelperDescriptor): void {
    const { dice } = this;
    let mapIndex = -1;
    // The last arguments first: values are made in r1 to r5 without calls in between, those that need calls before.
    const wrong = dice.chance(55) ? dice.below(Math.max(1, helper.args.length)) : -1;
    const texts = helper.args.map((arg, i) => {
      if (i === wrong) return this.anything();
      if (arg === 'const-map-ptr') {
        mapIndex = dice.chance(35) ? dice.below(3) : dice.below(MAPS.length);
        return `map[${mapIndex}]`;
      }
      return this.right(arg, helper, i);
    });
    this.setArguments(texts);
    this.emit(`call bpf_${helper.name}#${helper.id}`);
  }

  /** Sets r1 and on; each is a value that some lines made and put aside, or what can be written at once. */
  private setArguments(texts: readonly string[]): void {
    texts.forEach((text, i) => {
      const r = i + 1;
      if (text === '') return;
      for (const line of text.split(';'))
        this.emit(
          line.startsWith('=')
            ? `r${r} ${line}`
            : line.startsWith('+')
              ? `r${r} ${line}`
              : /^(map|func)/.test(line)
                ? `r${r} = ${line}`
                : line.replaceAll('ARG', `r${r}`),
        );
    });
  }

  private right(arg: ArgType, helper: HelperDescriptor, i: number): string {
    const { dice } = this;
    const next = helper.args[i + 1];
    switch (arg) {
      case 'ctx':
      case 'ctx-or-null':
        return '= r6';
      case 'func':
        this.callbacks++;
        return `func cb${this.callbacks}`;
      case 'size':
      case 'size-or-zero':
      case 'alloc-size-or-zero':
        return `= ${dice.of([1, 4, 8, 8, 8, 16, 16, 24])}`;
      case 'const-str':
        return `map[${TEXT_MAP}] +${dice.of([0, 9, 13])}`;
      case 'btf-id':
        return this.object();
      case 'anything':
        return dice.chance(80) ? `= ${dice.of([0, 0, 1, 2, 8, -1, 256])}` : this.anything();
      case 'stack-or-null':
        return dice.chance(30) ? '= 0' : '= r10;+= -16';
      default:
        if (
          next === 'size' ||
          next === 'size-or-zero' ||
          arg.includes('mem') ||
          arg.includes('map') ||
          arg.endsWith('ptr')
        )
          return this.place();
        return this.anything();
    }
  }

  /** A pointer to memory of some kind. */
  private place(): string {
    const { dice } = this;
    switch (dice.below(8)) {
      case 6:
        return '= r7';
      case 0:
      case 1:
      case 2:
        return `= r10;+= -${8 * (1 + dice.below(8))}`;
      case 3:
      case 4:
        return `map[${DATA}] +${8 * dice.below(7)}`;
      case 5:
        return `map[${dice.of([TEXT_MAP, MAPS.length - 1])}] +0`;
      default:
        return PACKETS[this.setting.type] === undefined ? '= 0' : this.packet();
    }
  }

  private packet(): string {
    const [data, end] = PACKETS[this.setting.type]!;
    const room = this.dice.of([8, 16, 32]);
    return `ARG = *(u32 *)(r6 +${data});r0 = *(u32 *)(r6 +${end});r8 = ARG;r8 += ${room};if r8 <= r0 goto pc+2;r0 = 0;exit`;
  }

  private object(): string {
    return this.setting.type === 26 && this.dice.chance(50)
      ? 'ARG = *(u64 *)(r6 +0);ARG = *(u64 *)(ARG +0)'
      : 'ARG = r7';
  }

  /** Any value, or none. */
  private anything(): string {
    const { dice } = this;
    const options = [
      '= r7',
      '= r7',
      `= r7;+= ${dice.of([4, 8, -8])}`,
      '= r8',
      '',
      '= 0',
      '= -1',
      `= ${dice.of([1, 7, 8, 64, 513, 0x7fffffff])}`,
      '= r6',
      '= r6;+= 8',
      '= r10',
      `= r10;+= -${dice.of([4, 8, 60, 64, 72, 512, 520])}`,
      `map[${dice.below(MAPS.length)}]`,
      `map[${dice.below(MAPS.length)}] +${dice.of([0, 4, 8, 31, 63])}`,
      `map[${DATA}] +0;r8 = *(u64 *)(r10 -8);r8 &= 31;+= r8`,
      'ARG = *(u64 *)(r10 -8)',
      'ARG = *(u64 *)(r10 -8);ARG &= 15',
      'ARG = *(u64 *)(r10 -8);ARG &= 15;ARG += 1',
      'ARG = 0x100000000',
      'w0 = 0;ARG = r0',
      this.place(),
    ];
    if (PACKETS[this.setting.type] !== undefined) options.push(this.packet());
    if (this.setting.type === 26) options.push('ARG = *(u64 *)(r6 +0)', 'ARG = *(u64 *)(r6 +8)');
    return dice.of(options);
  }

  /** A kernel function with objects of the type that it wants, mostly. */
  private kfunc(): void {
    const { dice } = this;
    const { kfuncs, iterators } = linux618(programBtf());
    const names = kfuncs.names.filter((name) => iterators.method(name) === undefined && !/^bpf_wq_/.test(name));
    const name = dice.of(names);
    const btf = programBtf();
    const func = btf.type(btf.find('func', name));
    const proto = func.kind === 'func' ? btf.type(func.type) : undefined;
    if (proto?.kind !== 'func_proto') return;
    const maker = dice.below(3);
    if (maker === 0)
      this.emit(
        'r1 = 1',
        'call bpf_task_from_pid',
        'r7 = r0',
        ...(dice.chance(85) ? ['if r7 != 0 goto pc+2', 'r0 = 0', 'exit'] : []),
      );
    else if (maker === 1) this.emit('call bpf_get_current_task_btf#158', 'r7 = r0');
    else if (maker === 2 && dice.chance(50))
      this.emit(
        'r1 = 1',
        'call bpf_cgroup_from_id',
        'r7 = r0',
        ...(dice.chance(85) ? ['if r7 != 0 goto pc+2', 'r0 = 0', 'exit'] : []),
      );
    const locked = dice.chance(25);
    if (locked) this.emit('call bpf_rcu_read_lock');
    const wrong = dice.chance(45) ? dice.below(Math.max(1, proto.params.length)) : -1;
    this.setArguments(
      proto.params.map(({ type, name: param }, i) => {
        if (i === wrong) return this.anything();
        if (param.endsWith('__ign') || param.endsWith('__prog')) return '= 0';
        const target = btf.skipModifiers(type);
        if (target.kind !== 'ptr') return `= ${dice.of([0, 1, 8, 16])}`;
        const pointee = btf.skipModifiers(target.type);
        return pointee.kind === 'struct' ? '= r7' : this.place();
      }),
    );
    this.emit(`call ${name}`);
    if (/_(acquire|from_pid|from_vpid|from_id|ancestor|create|get_)/.test(name) && dice.chance(70))
      this.emit(
        'r8 = r0',
        'if r8 == 0 goto pc+2',
        'r1 = r8',
        `call ${/cgroup/.test(name) && !/task_/.test(name) ? 'bpf_cgroup_release' : /cpumask/.test(name) ? 'bpf_cpumask_release' : 'bpf_task_release'}`,
      );
    if (locked) this.emit('call bpf_rcu_read_unlock');
    if (maker === 0 && dice.chance(80)) this.emit('r1 = r7', 'call bpf_task_release');
  }
}

let usable: readonly Setting[] | null = null;

/** Calls of every helper and kernel function that the model knows, with right and wrong arguments, from programs of every type. */
export const CALL_GENERATOR: Generator = {
  name: 'calls',
  share: 10,
  generate: (seeds) =>
    seeds.map((seed) => {
      usable ??= loadable(SETTINGS, (setting) => setting);
      const setting = usable[(seed >>> 0) % usable.length]!;
      return new AsmCase(new CallWriter(seed, setting).program(), { ...setting, maps: MAPS });
    }),
};
