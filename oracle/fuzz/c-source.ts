import { Dice } from '../../core/base/dice.ts';

/** What all C programs share. */
export const PRELUDE = `#include "../iterscope.bpf.h"
LICENSE;

#define FOR(i, start, end) for ( \\
	struct bpf_iter_num ___it __attribute__((cleanup(bpf_iter_num_destroy))), \\
	*___p __attribute__((unused)) = (bpf_iter_num_new(&___it, (start), (end)), (void)bpf_iter_num_destroy, (void *)0); \\
	({ int *___t = bpf_iter_num_next(&___it); ___t ? (i = *___t, i >= (start) && i < (end)) : 0; });)
#define REPEAT(n) for ( \\
	struct bpf_iter_num ___it __attribute__((cleanup(bpf_iter_num_destroy))), \\
	*___p __attribute__((unused)) = (bpf_iter_num_new(&___it, 0, (n)), (void)bpf_iter_num_destroy, (void *)0); \\
	bpf_iter_num_next(&___it);)
#define EACH_BIT(v, words, n) for ( \\
	struct bpf_iter_bits ___it __attribute__((cleanup(bpf_iter_bits_destroy))), \\
	*___p __attribute__((unused)) = (bpf_iter_bits_new(&___it, (words), (n)), (void)bpf_iter_bits_destroy, (void *)0); \\
	(v = bpf_iter_bits_next(&___it));)
#if __clang_major__ >= 19
#define CAN_LOOP ({ __label__ out, on; int more = 1; asm volatile goto("may_goto %l[out]" :::: out); goto on; out: more = 0; on:; more; })
#else
#define CAN_LOOP (bpf_get_prandom_u32() & 1)
#endif

struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 8); __type(key, __u32); __type(value, __u64[4]); } array SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __type(key, __u64); __type(value, struct { __u32 n; __u8 bytes[12]; }); } hash SEC(".maps");
__u64 total;
int table[32];
const volatile int limit = 10;
static const int steps[4] = { 1, 3, 5, 7 };

`;

const NUMBERS = [0, 1, 2, 3, 5, 7, 8, 10, 15, 16, 31, 32, 100, 255, 1000, -1];
const COMPARE = ['==', '!=', '<', '<=', '>', '>='];
const TYPES = ['__u64', '__u32', '__s64', '__s32', '__u16', '__u8'];

type Kind =
  | 'assign'
  | 'random'
  | 'if'
  | 'else'
  | 'for'
  | 'repeat'
  | 'bits'
  | 'while'
  | 'count'
  | 'array'
  | 'table'
  | 'switch'
  | 'lookup'
  | 'call'
  | 'raw'
  | 'loop'
  | 'helper'
  | 'cast'
  | 'pointer'
  | 'bulk'
  | 'task'
  | 'element'
  | 'leave';

const WEIGHTS: Readonly<Record<Kind, number>> = {
  assign: 22,
  random: 5,
  if: 12,
  else: 6,
  for: 12,
  repeat: 4,
  bits: 2,
  while: 5,
  count: 5,
  array: 12,
  table: 6,
  switch: 3,
  lookup: 6,
  call: 8,
  raw: 4,
  loop: 2,
  helper: 3,
  cast: 5,
  pointer: 5,
  bulk: 2,
  task: 2,
  element: 2,
  leave: 3,
};
const NESTING: readonly Kind[] = [
  'task',
  'if',
  'else',
  'for',
  'repeat',
  'bits',
  'while',
  'count',
  'switch',
  'lookup',
  'raw',
];

/** Writes one program in C, a statement a line. */
export class CWriter {
  readonly lines: string[] = [];
  private readonly dice: Dice;
  private readonly functions: string[][] = [];
  private out: string[] = this.lines;
  private vars: string[] = [];
  private loops = 0;
  private budget = 0;
  private names = 0;
  private inFunction = false;

  constructor(
    seed: number,
    private readonly name: string,
  ) {
    this.dice = new Dice(seed);
  }

  program(): string[] {
    const { dice } = this;
    this.budget = 8 + dice.below(30);
    const body: string[] = [];
    this.out = body;
    this.vars = ['a', 'b', 'c', 'd'];
    const section = dice.of(['raw_tp', 'raw_tp', 'raw_tp', 'tc', 'socket', 'syscall']);
    body.push(`SEC("${section}") int ${this.name}(void *ctx)`, '{');
    for (const v of this.vars)
      body.push(`${dice.of(TYPES)} ${v} = ${dice.chance(50) ? 'bpf_get_prandom_u32()' : dice.of(NUMBERS)};`);
    body.push('__u32 arr[16] = {};');
    this.block(0);
    body.push(`return ${dice.chance(50) ? '0' : dice.of(this.vars)};`, '}');
    return [...this.functions.flat(), ...body];
  }

  private emit(...lines: string[]): void {
    this.out.push(...lines);
    this.budget -= lines.length;
  }

  private fresh(prefix: string): string {
    return `${prefix}${++this.names}`;
  }

  private value(): string {
    const { dice } = this;
    return dice.chance(55) ? dice.of(this.vars) : dice.chance(8) ? 'limit' : String(dice.of(NUMBERS));
  }

  private expression(): string {
    const { dice } = this;
    const op = dice.of(['+', '-', '*', '&', '|', '^', '>>', '<<', '/', '%']);
    const right =
      op === '>>' || op === '<<'
        ? String(dice.below(8))
        : op === '/' || op === '%'
          ? String(1 + dice.below(9))
          : this.value();
    return dice.chance(25) ? this.value() : `${this.value()} ${op} ${right}`;
  }

  private condition(): string {
    return `${this.dice.of(this.vars)} ${this.dice.of(COMPARE)} ${this.value()}`;
  }

  private block(depth: number): void {
    const count = 1 + this.dice.below(depth === 0 ? 9 : 4);
    for (let i = 0; i < count && this.budget > 0; i++) this.statement(depth);
  }

  private nested(head: string, depth: number): void {
    this.emit(`${head} {`);
    this.block(depth + 1);
    this.emit('}');
  }

  private loop(head: string, depth: number): void {
    this.loops++;
    this.emit(`${head} {`);
    this.block(depth + 1);
    if (this.dice.chance(25)) this.emit(`if (${this.condition()}) ${this.dice.of(['break', 'continue'])};`);
    this.emit('}');
    this.loops--;
  }

  private statement(depth: number): void {
    const { dice } = this;
    let kind = dice.weighted<Kind>(WEIGHTS);
    if (depth >= 3 && NESTING.includes(kind)) kind = 'assign';
    switch (kind) {
      case 'assign':
        this.emit(`${dice.of(this.vars)} ${dice.of(['=', '=', '+=', '-=', '^=', '&=', '|='])} ${this.expression()};`);
        break;
      case 'random':
        this.emit(
          `${dice.of(this.vars)} = bpf_get_prandom_u32()${dice.chance(50) ? ` & ${dice.of([1, 7, 15, 255])}` : ''};`,
        );
        break;
      case 'if':
        this.nested(`if (${this.condition()})`, depth);
        break;
      case 'else':
        this.emit(`if (${this.condition()}) {`);
        this.block(depth + 1);
        this.emit('} else {');
        this.block(depth + 1);
        this.emit('}');
        break;
      case 'for': {
        const i = this.fresh('i');
        this.emit(`int ${i};`);
        const end = dice.chance(75) ? String(dice.of([1, 4, 10, 16, 32, 1000])) : this.value();
        this.vars.push(i);
        this.loop(`FOR(${i}, ${dice.chance(80) ? 0 : this.value()}, ${end})`, depth);
        this.vars.pop();
        break;
      }
      case 'repeat':
        this.loop(`REPEAT(${dice.chance(70) ? dice.of([2, 10, 100]) : this.value()})`, depth);
        break;
      case 'bits': {
        const [v, words] = [this.fresh('v'), this.fresh('w')];
        this.emit(`int *${v};`, `__u64 ${words} = ${dice.of(this.vars)};`);
        this.loop(`EACH_BIT(${v}, &${words}, ${dice.chance(85) ? 1 : this.value()})`, depth);
        break;
      }
      case 'while':
        this.loop(`while (${dice.chance(85) ? 'CAN_LOOP && ' : ''}${this.condition()})`, depth);
        break;
      case 'count': {
        const i = this.fresh('i');
        this.vars.push(i);
        this.loop(`for (int ${i} = 0; ${i} < ${dice.of([2, 3, 8, 16])}; ${i}++)`, depth);
        this.vars.pop();
        break;
      }
      case 'array':
        this.element('arr', 16);
        break;
      case 'table':
        if (dice.chance(25)) this.emit(`total ${dice.of(['+=', '='])} ${dice.of(this.vars)};`);
        else if (dice.chance(20)) this.emit(`${dice.of(this.vars)} += steps[${dice.of(this.vars)} & 3];`);
        else this.element('table', 32);
        break;
      case 'switch':
        this.emit(`switch (${dice.of(this.vars)} & ${dice.of([3, 7])}) {`);
        for (let i = 0; i < 2 + dice.below(3); i++) {
          this.emit(`case ${i}: {`);
          this.block(depth + 1);
          this.emit('}', ...(dice.chance(80) ? ['break;'] : []));
        }
        this.emit('default:', `${dice.of(this.vars)} += 1;`, '}');
        break;
      case 'lookup':
        this.lookup(depth);
        break;
      case 'call':
        this.call();
        break;
      case 'raw':
        this.raw(depth);
        break;
      case 'loop':
        this.callback();
        break;
      case 'helper': {
        const buffer = this.fresh('buf');
        this.emit(`char ${buffer}[16];`);
        if (dice.chance(50))
          this.emit(`bpf_get_current_comm(${buffer}, ${dice.chance(85) ? `sizeof(${buffer})` : '24'});`);
        else this.emit(`bpf_probe_read_kernel(${buffer}, ${dice.of(this.vars)} & ${dice.of([7, 15, 31])}, &total);`);
        this.emit(`${dice.of(this.vars)} += ${buffer}[${dice.below(16)}];`);
        break;
      }
      case 'cast': {
        const v = dice.of(this.vars);
        const form = dice.below(4);
        if (form === 0)
          this.emit(`${v} = (${dice.of(['__s8', '__s16', '__s32', '__u8', '__u16'])})${dice.of(this.vars)};`);
        else if (form === 1) this.emit(`${v} = ${this.condition()} ? ${this.expression()} : ${this.value()};`);
        else if (form === 2)
          this.emit(`${v} ${dice.of(['<<=', '>>='])} ${dice.of(this.vars)} & ${dice.of([7, 31, 63])};`);
        else this.emit(`${v} = __builtin_bswap${dice.of([16, 32, 64])}(${dice.of(this.vars)});`);
        break;
      }
      case 'pointer': {
        if (this.inFunction) return this.emit(`${dice.of(this.vars)} |= ${this.value()};`);
        const p = this.fresh('q');
        this.emit(`__u32 *${p} = &arr[${dice.of(this.vars)} & ${dice.of([3, 7, 15])}];`);
        if (dice.chance(30)) this.emit(`asm volatile("" : "+r"(${p}));`);
        this.emit(`*${p} ${dice.of(['=', '+='])} ${dice.of(this.vars)};`);
        if (dice.chance(50)) this.emit(`${dice.of(this.vars)} = ${p}[${dice.chance(90) ? 0 : 1}];`);
        break;
      }
      case 'bulk':
        if (this.inFunction) return this.emit(`total ^= ${this.value()};`);
        if (dice.chance(50)) this.emit(`__builtin_memset(arr, ${dice.below(3)}, sizeof(arr));`);
        else this.emit(`__builtin_memcpy(table, arr, ${dice.of([16, 32, 64])});`);
        break;
      case 'task':
        this.tasks(depth);
        break;
      case 'element': {
        if (this.inFunction || this.functions.length >= 4)
          return this.emit(`${dice.of(this.vars)} += ${this.value()};`);
        const f = this.fresh(`${this.name}_each`);
        this.define(`static int ${f}(void *map, __u32 *key, __u64 *value, __u64 *p)`, ['x', 'y'], () => {
          this.emit('__u64 x = *key;', '__u64 y = *p;');
          this.block(2);
          this.emit(dice.chance(50) ? 'value[x & 3] = y;' : '*p = y + value[1];');
          return dice.chance(85) ? `return ${dice.of(['0', '1', 'x > 5'])};` : 'return y;';
        });
        const v = this.fresh('n');
        this.emit(`__u64 ${v} = ${this.value()};`, `bpf_for_each_map_elem(&array, ${f}, &${v}, 0);`);
        this.emit(`${dice.of(this.vars)} += ${v};`);
        break;
      }
      case 'leave':
        if (this.loops > 0 && dice.chance(70)) this.emit(`if (${this.condition()}) ${dice.of(['break', 'continue'])};`);
        else if (dice.chance(50)) this.emit(`if (${this.condition()}) return ${dice.of(this.vars)};`);
        else this.emit(`${dice.of(this.vars)} = -${dice.of(this.vars)};`);
    }
  }

  /** An element at an index that is checked, masked, or neither. */
  private element(name: string, length: number): void {
    const { dice } = this;
    if (this.inFunction && name === 'arr') return this.emit(`${dice.of(this.vars)} ^= ${this.value()};`);
    const index = dice.of(this.vars);
    const use = (at: string): string =>
      dice.chance(50)
        ? `${name}[${at}] ${dice.of(['=', '+='])} ${dice.of(this.vars)};`
        : `${dice.of(this.vars)} += ${name}[${at}];`;
    const way = dice.below(20);
    if (way < 8) this.emit(`if (${index} >= 0 && ${index} < ${dice.chance(95) ? length : length + 1}) ${use(index)}`);
    else if (way < 14) this.emit(use(`${index} & ${length - 1}`));
    else if (way < 19) this.emit(use(String(dice.below(length))));
    else this.emit(use(index));
  }

  private lookup(depth: number): void {
    const { dice } = this;
    const [key, p] = [this.fresh('k'), this.fresh('p')];
    const checked = dice.chance(94);
    if (dice.chance(50)) {
      this.emit(`__u32 ${key} = ${this.value()};`, `__u64 *${p} = bpf_map_lookup_elem(&array, &${key});`);
      const use = `${p}[${dice.chance(70) ? dice.below(4) : `${dice.of(this.vars)} & ${dice.chance(90) ? 3 : 7}`}] += ${dice.of(this.vars)};`;
      if (!checked) return this.emit(use);
      this.emit(`if (${p}) {`, use);
    } else {
      this.emit(
        `__u64 ${key} = ${this.value()};`,
        `struct { __u32 n; __u8 bytes[12]; } *${p} = bpf_map_lookup_elem(&hash, &${key});`,
      );
      const use = `${dice.of(this.vars)} = ${p}->${dice.chance(50) ? 'n' : `bytes[${dice.below(12)}]`};`;
      if (!checked) return this.emit(use);
      this.emit(`if (${p}) {`, use);
    }
    if (dice.chance(50)) this.block(depth + 1);
    this.emit('}');
  }

  /** A function of the program's own: static or global, with numbers or a pointer. */
  private call(): void {
    const { dice } = this;
    if (this.inFunction || this.functions.length >= 4) return this.emit(`${dice.of(this.vars)} -= ${this.value()};`);
    const f = this.fresh(`${this.name}_f`);
    const form = dice.below(6);
    const target = dice.of(this.vars);
    const global = form >= 2;
    const pointer = form === 1 || form === 3 || form === 4;
    const tag = form === 4 ? ' __arg_nonnull' : '';
    const head = `${global ? '' : 'static '}__noinl int ${f}(${pointer ? `int *p${tag}, ` : form === 5 ? 'void *ctx __arg_ctx, ' : ''}int x)`;
    this.define(head, ['x', 'y'], () => {
      this.emit(`int y = ${dice.chance(50) ? 'x' : dice.of(NUMBERS)};`);
      if (pointer && (form === 4 || dice.chance(80))) this.emit(form === 4 ? 'y += *p;' : 'if (p) y += *p;');
      this.block(2);
      if (pointer && dice.chance(40)) this.emit(form === 4 || dice.chance(10) ? '*p = y;' : 'if (p) *p = y;');
      return 'return y;';
    });
    if (pointer) {
      const v = this.fresh('n');
      this.emit(`int ${v} = ${this.value()};`);
      this.emit(`${target} += ${f}(${dice.chance(90) ? `&${v}` : '0'}, ${this.value()});`);
      if (dice.chance(50)) this.emit(`${dice.of(this.vars)} ^= ${v};`);
    } else this.emit(`${target} += ${f}(${form === 5 ? 'ctx, ' : ''}${this.value()});`);
  }

  private define(head: string, vars: string[], body: () => string): void {
    const kept = {
      out: this.out,
      vars: this.vars,
      loops: this.loops,
      budget: this.budget,
      inFunction: this.inFunction,
    };
    const lines: string[] = [];
    Object.assign(this, { out: lines, vars, loops: 0, budget: 10, inFunction: true });
    this.emit(head, '{');
    this.emit(body(), '}');
    Object.assign(this, kept);
    this.functions.push(lines);
  }

  /** An iterator handled by hand: it may be forgotten on some way out. */
  private raw(depth: number): void {
    const { dice } = this;
    const [it, v] = [this.fresh('it'), this.fresh('v')];
    this.emit(`struct bpf_iter_num ${it};`, `int *${v};`);
    this.emit(
      `bpf_iter_num_new(&${it}, ${dice.chance(70) ? 0 : this.value()}, ${dice.chance(70) ? dice.of([3, 10, 100]) : this.value()});`,
    );
    this.loops++;
    this.emit(`while ((${v} = bpf_iter_num_next(&${it}))) {`);
    this.emit(`${dice.of(this.vars)} ${dice.of(['=', '+='])} *${v};`);
    this.block(depth + 1);
    if (dice.chance(15)) this.emit(`if (${this.condition()}) ${dice.chance(70) ? 'break' : 'return 1'};`);
    this.emit('}');
    this.loops--;
    if (dice.chance(95)) this.emit(`bpf_iter_num_destroy(&${it});`);
  }

  /** Tasks, walked inside a read section (mostly). */
  private tasks(depth: number): void {
    const { dice } = this;
    const [it, t] = [this.fresh('it'), this.fresh('t')];
    const locked = dice.chance(85);
    this.emit(`struct bpf_iter_task ${it};`, `struct task_struct *${t};`);
    if (locked) this.emit('bpf_rcu_read_lock();');
    this.emit(`bpf_iter_task_new(&${it}, 0, ${dice.of([0, 0, 1, 2])});`);
    this.loops++;
    this.emit(
      `while ((${t} = bpf_iter_task_next(&${it}))) {`,
      `${dice.of(this.vars)} ${dice.of(['=', '+=', '^='])} ${t}->pid;`,
    );
    this.block(depth + 1);
    if (dice.chance(20)) this.emit(`if (${this.condition()}) break;`);
    this.emit('}');
    this.loops--;
    if (dice.chance(95)) this.emit(`bpf_iter_task_destroy(&${it});`);
    if (locked && dice.chance(96)) this.emit('bpf_rcu_read_unlock();');
  }

  private callback(): void {
    const { dice } = this;
    if (this.inFunction || this.functions.length >= 4) return this.emit(`${dice.of(this.vars)} ^= ${this.value()};`);
    const f = this.fresh(`${this.name}_cb`);
    this.define(`static int ${f}(__u64 x, __u64 *p)`, ['x', 'y'], () => {
      this.emit('__u64 y = *p;');
      this.block(2);
      this.emit('*p = y;');
      return dice.chance(85) ? `return ${dice.of(['0', '1', 'x > 5', 'y & 1'])};` : 'return y;';
    });
    const v = this.fresh('n');
    this.emit(`__u64 ${v} = ${this.value()};`);
    this.emit(`bpf_loop(${dice.chance(80) ? dice.of([1, 5, 100]) : this.value()}, ${f}, &${v}, 0);`);
    this.emit(`${dice.of(this.vars)} += ${v};`);
  }
}
