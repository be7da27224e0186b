import type { MapDef } from '../../core/elf/object.ts';
import { AsmCase } from './asm-case.ts';
import { RAW_TP } from './setting.ts';
import { SIZES } from './asm-writer.ts';
import type { Generator } from './case.ts';
import { Structured } from './structured.ts';
import type { Shape } from './structured.ts';

const map = (name: string, type: number, valueSize: number, more: Partial<MapDef> = {}): MapDef => ({
  name,
  type,
  keySize: 4,
  valueSize,
  maxEntries: 4,
  flags: 0,
  frozen: false,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
  ...more,
});

const RODATA = Uint8Array.from({ length: 32 }, (_, i) => [5, 0, 0, 0, 0xff, 0x80, 0, 7][i % 8]!);

/** Maps of every kind that the model covers, and data sections as the loader makes them. */
export const MAPS: readonly MapDef[] = [
  map('array', 2, 48),
  map('hash', 1, 16, { keySize: 8 }),
  map('percpu', 6, 24),
  map('pcpu_hash', 5, 8),
  map('lru', 9, 64),
  map('data', 2, 40, { maxEntries: 1 }),
  map('rodata', 2, 32, { maxEntries: 1, flags: 0x80, initial: RODATA, frozen: true }),
  map('writeonly', 2, 16, { flags: 0x100 }),
];
const LOOKED_UP = [0, 1, 2, 3, 4, 7];
const DATA = 5;
const RODATA_AT = 6;

class WithMaps extends Structured {
  constructor(seed: number, shape: Shape) {
    super(seed, shape);
    Object.assign(this.kinds, {
      lookup: (depth: number) => this.lookup(depth),
      direct: () => this.direct(),
      update: () => this.update(),
      element: () => this.forEach(),
    });
    this.nesting.add('lookup');
  }

  /** Puts a key on the stack and its address in r2, the map in r1. */
  private key(index: number): void {
    const { dice } = this;
    const at = dice.of([8, 16, 24]);
    const { keySize } = MAPS[index]!;
    const word = keySize === 8 ? 'u64' : 'u32';
    if (dice.chance(50)) this.emit(`*(${word} *)(r10 -${at}) = ${dice.of([0, 1, 3, 4, 100])}`);
    else if (dice.chance(80)) this.emit(`*(${word} *)(r10 -${at}) = r${this.reg()}`);
    this.emit(`r1 = map[${index}]`, 'r2 = r10', `r2 += -${dice.chance(97) ? at : 4}`);
  }

  /** A load, store, atomic operation or helper call within (mostly) `size` bytes from the pointer in `r`. */
  private touch(r: number, size: number): void {
    const { dice } = this;
    const [type, width] = dice.of(SIZES);
    const room = Math.max(0, Math.floor(size / width) - 1);
    let at = dice.chance(95) ? width * dice.below(room + 1) : size - width + 1 + dice.below(8);
    let pointer = r;
    if (dice.chance(30)) {
      const index = this.reg();
      // A mask that may or may not fit.
      const mask = dice.of([1, 3, 7, 15, 31].filter((m) => m + width <= size || dice.chance(10)).concat(0));
      if (dice.chance(60)) this.emit(`r${index} &= ${mask}`);
      else {
        const over = this.label();
        this.emit(`if r${index} > ${Math.max(0, size - width)} goto ${over}`);
        this.emit('r3 = ' + `r${r}`, `r3 += r${index}`);
        this.emit(dice.chance(50) ? `r${this.reg()} = *(${type} *)(r3 +0)` : `*(${type} *)(r3 +0) = r${this.reg()}`);
        this.emit(`${over}:`);
        return;
      }
      this.emit(`r3 = r${r}`, `r3 += r${index}`);
      pointer = 3;
      at = 0;
    }
    const form = dice.below(12);
    if (form < 5) this.emit(`r${this.reg()} = *(${type} *)(r${pointer} +${at})`);
    else if (form < 8) this.emit(`*(${type} *)(r${pointer} +${at}) = r${this.reg()}`);
    else if (form === 8) this.emit(`*(${type} *)(r${pointer} +${at}) = ${dice.below(5)}`);
    else if (form === 9) this.atomic(`r${pointer} +${at - (at % 8)}`);
    else if (form === 10)
      this.emit(`r1 = r${pointer}`, `r2 = ${dice.of([1, 4, 8, size, size + 1])}`, 'call bpf_get_current_comm#16');
    else {
      const length = this.reg();
      this.emit(`r${length} &= ${dice.of([3, 7, 15])}`, `r1 = r${pointer}`, `r2 = r${length}`);
      this.emit(`r3 = r${this.reg()}`, 'call bpf_probe_read_kernel#113');
    }
  }

  private lookup(depth: number): void {
    const { dice } = this;
    const index = dice.of(LOOKED_UP);
    const { valueSize } = MAPS[index]!;
    this.key(index);
    this.emit('call bpf_map_lookup_elem#1');
    const r = dice.chance(60) ? this.reg() : 0;
    if (r !== 0) this.emit(`r${r} = r0`);
    const over = this.label();
    const checked = dice.chance(94);
    if (checked) this.emit(`if r${dice.chance(80) ? r : 0} == 0 goto ${over}`);
    else if (dice.chance(50)) this.emit(`r${r} += 8`);
    if (r === 0) {
      this.touch(0, valueSize);
      this.emit(`${over}:`);
      return;
    }
    this.reserved.push(r);
    this.touch(r, valueSize);
    if (dice.chance(25)) {
      const slot = 8 * (5 + dice.below(3));
      this.emit(`*(u64 *)(r10 -${slot}) = r${r}`);
      this.block(depth + 1);
      this.emit(`r${r} = *(u64 *)(r10 -${slot})`);
      this.touch(r, valueSize);
    } else if (dice.chance(40)) {
      this.block(depth + 1);
      if (dice.chance(50)) this.touch(r, valueSize);
    }
    this.reserved.pop();
    if (!checked || dice.chance(85)) {
      // The register is a number on every way on.
      this.emit(`r${r} = ${dice.below(9)}`, `${over}:`);
      if (checked) this.emit(`r${r} = ${dice.below(9)}`);
    } else this.emit(`${over}:`);
  }

  private direct(): void {
    const { dice } = this;
    if (dice.chance(50)) {
      const at = 8 * dice.below(5);
      this.emit(`r1 = map[${DATA}] +${dice.chance(97) ? at : 40}`);
      this.emit('r4 = r1');
      this.touch(4, 40 - at);
    } else {
      const at = dice.below(32);
      const [type, width] = dice.of(SIZES);
      this.emit(`r1 = map[${RODATA_AT}] +${at}`);
      if (dice.chance(95)) {
        const signed = width < 8 && dice.chance(30);
        this.emit(
          `r${this.reg()} = *(${signed ? `s${width * 8}` : type} *)(r1 +${dice.chance(60) ? 0 : Math.max(0, 32 - at - width)})`,
        );
      } else this.emit(`*(${type} *)(r1 +0) = r${this.reg()}`);
    }
  }

  private update(): void {
    const { dice } = this;
    const index = dice.of(LOOKED_UP);
    this.key(index);
    if (dice.chance(30)) return this.emit('call bpf_map_delete_elem#3');
    this.emit('r3 = r10', `r3 += -${dice.chance(95) ? 64 : 8 * dice.below(9)}`);
    if (dice.chance(20)) this.emit(`r3 = map[${DATA}] +0`);
    this.emit(`r4 = ${dice.of([0, 1, 2])}`, 'call bpf_map_update_elem#2');
    if (dice.chance(40)) this.emit(`r${this.reg()} = r0`);
  }

  /** bpf_for_each_map_elem: the callback sees the map, a key, a value and a place on the caller's stack. */
  private forEach(): void {
    const { dice } = this;
    const index = dice.of(LOOKED_UP.slice(0, 5));
    const n = this.nextExtra();
    const at = 8 * (1 + dice.below(7));
    this.emit(`*(u64 *)(r10 -${at}) = ${dice.below(4)}`);
    this.emit(`r1 = map[${index}]`, `r2 = func cb${n}`, 'r3 = r10', `r3 += -${at}`, `r4 = ${dice.chance(95) ? 0 : 2}`);
    this.emit('call bpf_for_each_map_elem#164');
    if (dice.chance(50)) this.emit(`r${this.reg()} = *(u64 *)(r10 -${at})`);
    this.later(() => {
      this.enter(-1, `cb${n}:`);
      const { keySize, valueSize } = MAPS[index]!;
      this.emit(`r6 = ${dice.below(5)}`, 'r7 = r3', `r8 = ${dice.below(5)}`, `r9 = ${dice.below(5)}`);
      if (dice.chance(40)) this.emit(`r6 = *(u${keySize * 8} *)(r2 +0)`);
      if (dice.chance(5)) this.emit('*(u32 *)(r2 +0) = 1');
      if (dice.chance(60)) this.emit('r8 = *(u64 *)(r4 +0)', 'r8 += 1', '*(u64 *)(r4 +0) = r8');
      this.reserved = [7];
      this.touch(7, valueSize);
      if (dice.chance(50)) this.block(2);
      this.callbackEnd();
    });
  }
}

const SHAPE: Shape = {
  weights: {
    alu: 15,
    random: 6,
    copy: 4,
    memory: 6,
    branch: 10,
    either: 4,
    iterate: 6,
    count: 2,
    bounded: 2,
    call: 3,
    lookup: 25,
    direct: 12,
    update: 8,
    element: 5,
    loop: 2,
  },
  length: 40,
  functions: [30, 2],
};

/** Programs that live on maps: lookups, values at unknown offsets, keys, helpers that read and write values. */
export const MAP_GENERATOR: Generator = {
  name: 'maps',
  share: 8,
  generate: (seeds) => seeds.map((seed) => new AsmCase(new WithMaps(seed, SHAPE).program(), { ...RAW_TP, maps: MAPS })),
};
