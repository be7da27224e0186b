import { alignOf, isPacked } from './align.ts';
import type { Btf, BtfType } from './btf.ts';

/** Chains longer than this are cut with `...`, so that a cyclic blob prints too. */
const MAX_DEPTH = 64;

function tagOf(type: BtfType): string {
  switch (type.kind) {
    case 'struct':
    case 'union':
      return `${type.kind} ${type.name === '' ? '{...}' : type.name}`;
    case 'fwd':
      return `${type.union ? 'union' : 'struct'} ${type.name}`;
    case 'enum':
    case 'enum64':
      return `enum ${type.name === '' ? '{...}' : type.name}`;
    case 'void':
      return 'void';
    default:
      return type.name === '' ? `<${type.kind}>` : type.name;
  }
}

/** Joins a declarator onto a base: `int` + `*x` is `int *x`, `int *` + `x` is `int *x`. */
function join(base: string, declarator: string): string {
  if (declarator === '') return base;
  return declarator.startsWith('[') ? base + declarator : `${base} ${declarator}`;
}

/** Types visited in one printing; unnamed types that contain each other twice would otherwise double at each level. */
const MAX_VISITS = 20_000;

interface Budget {
  left: number;
  /** Whether padding has lines of its own. */
  readonly padded: boolean;
}
interface Style {
  /** Shared by everything that is printed together. */
  readonly budget: Budget;
  /** How a struct, union or enum without a name is written out where it is used; null: as `struct {...}`. */
  readonly inline: ((type: BtfType) => string) | null;
}

function declare(btf: Btf, id: number, declarator: string, style: Style, depth: number): string {
  if (depth > MAX_DEPTH || style.budget.left-- <= 0) return join('...', declarator);
  const type = btf.type(id);
  switch (type.kind) {
    case 'ptr': {
      const target = btf.type(type.type);
      // `int (*x)[4]`, `int (*x)(int)`: the star binds weaker than [] and ().
      const direct = skipQualifiers(btf, target);
      const grouped = direct.kind === 'array' || direct.kind === 'func_proto';
      return declare(btf, type.type, grouped ? `(*${declarator})` : `*${declarator}`, style, depth + 1);
    }
    case 'array': {
      return declare(btf, type.type, `${declarator}[${type.count}]`, style, depth + 1);
    }
    case 'func_proto': {
      const params = type.params.map((param, i) =>
        param.type === 0 && i === type.params.length - 1
          ? '...'
          : declare(btf, param.type, param.name, { ...style, inline: null }, depth + 1),
      );
      return declare(
        btf,
        type.ret,
        `${declarator}(${params.length === 0 ? 'void' : params.join(', ')})`,
        style,
        depth + 1,
      );
    }
    case 'const':
    case 'volatile':
    case 'restrict': {
      if (btf.type(type.type).kind === 'ptr' || isQualifiedPtr(btf, type.type))
        return declare(btf, type.type, declarator === '' ? type.kind : `${type.kind} ${declarator}`, style, depth + 1);
      // A const array of const elements is const once.
      if (type.kind === 'const' && elementIsConst(btf, type.type))
        return declare(btf, type.type, declarator, style, depth + 1);
      return `${type.kind} ${declare(btf, type.type, declarator, style, depth + 1)}`;
    }
    case 'type_tag':
      return declare(btf, type.type, declarator, style, depth + 1);
    case 'func':
      return declare(btf, type.type, declarator === '' ? type.name : declarator, style, depth + 1);
    case 'var':
      return declare(btf, type.type, declarator === '' ? type.name : declarator, style, depth + 1);
    default:
      return join(style.inline !== null && type.name === '' ? style.inline(type) : tagOf(type), declarator);
  }
}

function skipQualifiers(btf: Btf, start: BtfType): BtfType {
  let type = start;
  for (let i = 0; i < MAX_DEPTH; i++) {
    if (type.kind !== 'const' && type.kind !== 'volatile' && type.kind !== 'restrict' && type.kind !== 'type_tag')
      return type;
    type = btf.type(type.type);
  }
  return type;
}

function elementIsConst(btf: Btf, id: number): boolean {
  let type = btf.type(id);
  if (type.kind !== 'array') return false;
  for (let i = 0; type.kind === 'array' && i < MAX_DEPTH; i++) type = btf.type(type.type);
  return type.kind === 'const';
}

function isQualifiedPtr(btf: Btf, id: number): boolean {
  return skipQualifiers(btf, btf.type(id)).kind === 'ptr';
}

/** The type as C writes it where it is used: `struct bpf_iter_num *`, `int (*)(void *)`, `char[16]`. */
export function typeName(btf: Btf, id: number): string {
  return declare(btf, id, '', plain(), 0);
}

/** A declaration of `name` with that type: `int (*next)(struct bpf_iter_num *)`. */
export function declaration(btf: Btf, id: number, name: string): string {
  return declare(btf, id, name, plain(), 0);
}

/**
 * The type's definition in C, as `bpftool btf dump format c` lays it out: tabs, without lines for padding,
 * unnamed structs and unions in place. Types it refers to are not defined along with it.
 */
export function printType(btf: Btf, id: number): string {
  return print(btf, id, { left: MAX_VISITS, padded: false });
}

/** The same with lines for padding, so that a compiler lays it out as it is. */
export function printPadded(btf: Btf, id: number): string {
  return print(btf, id, { left: MAX_VISITS, padded: true });
}

function print(btf: Btf, id: number, budget: Budget): string {
  const type = btf.type(id);
  switch (type.kind) {
    case 'struct':
    case 'union':
    case 'enum':
    case 'enum64':
      return `${body(btf, type, 0, budget)};`;
    case 'typedef':
      return `typedef ${declare(btf, type.type, type.name, inlineAt(btf, 0, budget), 0)};`;
    case 'fwd':
      return `${tagOf(type)};`;
    case 'func':
      return `${type.linkage === 0 ? 'static ' : type.linkage === 2 ? 'extern ' : ''}${declare(btf, type.type, type.name, plain(), 0)};`;
    case 'var':
      return `${type.linkage === 0 ? 'static ' : type.linkage === 2 ? 'extern ' : ''}${declare(btf, type.type, type.name, plain(), 0)};`;
    case 'datasec':
      return `/* section ${type.name}, ${type.size} bytes */\n${type.vars.map((v) => printType(btf, v.type)).join('\n')}`;
    case 'decl_tag':
      return `/* ${type.name} on ${tagOf(btf.type(type.type))}${type.component >= 0 ? `, number ${type.component}` : ''} */`;
    default:
      return `${declare(btf, id, '', inlineAt(btf, 0, budget), 0)};`;
  }
}

function plain(): Style {
  return { inline: null, budget: { left: MAX_VISITS, padded: false } };
}

function inlineAt(btf: Btf, level: number, budget: Budget): Style {
  return { budget, inline: (type) => (level > MAX_DEPTH ? tagOf(type) : body(btf, type, level, budget)) };
}

function body(btf: Btf, type: BtfType, level: number, budget: Budget): string {
  const indent = '\t'.repeat(level + 1);
  const head = (word: string): string => (type.name === '' ? word : `${word} ${type.name}`);
  switch (type.kind) {
    case 'struct':
    case 'union': {
      const isTight = type.kind === 'struct' && isPacked(btf, type.id);
      const gaps = budget.padded ? paddingOf(btf, type, isTight) : null;
      const pad = (bits: readonly [number, number] | undefined): string =>
        bits === undefined ? '' : padLines(bits, indent);
      const lines = type.members.map((member, i) => {
        const bits = member.bitSize > 0 ? `: ${member.bitSize}` : '';
        const own = `${indent}${declare(btf, member.type, member.name, inlineAt(btf, level + 1, budget), 0)}${bits};\n`;
        return pad(gaps?.before.get(i)) + own;
      });
      if (gaps?.end !== undefined) lines.push(pad(gaps.end));
      const packed = isTight ? ' __attribute__((packed))' : '';
      return `${head(type.kind)} {${lines.length === 0 ? '' : '\n'}${lines.join('')}${lines.length === 0 ? '' : '\t'.repeat(level)}}${packed}`;
    }
    case 'enum':
    case 'enum64': {
      const suffix = type.kind === 'enum64' ? (type.signed ? 'LL' : 'ULL') : '';
      return `${head('enum')} {\n${type.values.map((v) => `${indent}${v.name} = ${v.value}${suffix},\n`).join('')}${'\t'.repeat(level)}}${budget.padded && type.size < 4 ? ' __attribute__((packed))' : ''}`;
    }
    default:
      return tagOf(type);
  }
}

/** Bits that a compiler would not leave free by itself: from where and how many, before members and at the end. */
interface Padding {
  readonly before: ReadonlyMap<number, readonly [number, number]>;
  readonly end: readonly [number, number] | undefined;
}

function paddingOf(btf: Btf, type: BtfType & { kind: 'struct' | 'union' }, packed: boolean): Padding {
  const before = new Map<number, readonly [number, number]>();
  let at = 0;
  let widest = 1;
  const up = (n: number, unit: number): number => Math.ceil(n / unit) * unit;
  type.members.forEach((member, i) => {
    const align = packed ? 1 : alignOf(btf, member.type);
    widest = Math.max(widest, align);
    const size = member.bitSize > 0 ? member.bitSize : sizeOrNone(btf, member.type) * 8;
    if (type.kind === 'union') {
      at = Math.max(at, size);
      return;
    }
    const unit = sizeOrNone(btf, member.type) * 8;
    // A bit field begins where the last one ended, unless it would cross its unit.
    const natural =
      member.bitSize === 0
        ? up(at, align * 8)
        : packed || Math.floor(at / unit) === Math.floor((at + size - 1) / unit)
          ? at
          : up(at, unit);
    if (member.bitOffset > natural) before.set(i, [at, member.bitOffset - at]);
    at = member.bitOffset + size;
  });
  const whole = type.size * 8;
  const left = whole - at;
  return {
    before,
    end:
      up(at, packed ? 8 : widest * 8) < whole && left > 0
        ? [type.kind === 'union' ? 0 : at, type.kind === 'union' ? whole : left]
        : undefined,
  };
}

function sizeOrNone(btf: Btf, id: number): number {
  const type = btf.skipModifiers(id);
  return type.kind === 'fwd' || type.kind === 'func_proto' || type.kind === 'void' ? 0 : btf.sizeOf(id);
}

// Single bits up to a whole byte, then bytes.
function padLines([from, bits]: readonly [number, number], indent: string): string {
  const loose = Math.min(bits, (8 - (from % 8)) % 8);
  const bytes = Math.floor((bits - loose) / 8);
  const rest = bits - loose - bytes * 8;
  return [
    loose > 0 ? `${indent}unsigned char: ${loose};\n` : '',
    bytes > 0 ? `${indent}unsigned char __pad${from + loose}[${bytes}];\n` : '',
    rest > 0 ? `${indent}unsigned char: ${rest};\n` : '',
  ].join('');
}
