import { InputError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { Btf, BtfType } from '../btf/btf.ts';
import type { BpfObject, MapDef } from './object.ts';

/**
 * A global variable to be set before the object is loaded: `limit`, `targets[3]`, `config.mode`, or `MAP.max_entries` for the size of a map that
 * user space is to set. The value is a number (decimal or 0x…), `true`, `false`, a character in quotes, or an enumerator's name.
 */
export interface GlobalSetting {
  readonly name: string;
  readonly value: string;
}

/** A global variable of an object, as it can be set. */
export interface GlobalVariable {
  readonly name: string;
  /** Its type as C writes it. */
  readonly type: string;
  /** Section of its data: `.rodata`, `.data`, `.bss`, `.kconfig`. */
  readonly section: string;
  readonly size: number;
}

/** Reads `NAME=VALUE`. @throws InputError */
export function parseSetting(text: string): GlobalSetting {
  const at = text.indexOf('=');
  const name = text.slice(0, at).trim();
  const value = text.slice(at + 1).trim();
  if (at < 0 || name === '' || value === '') throw new InputError(`'${text}' is not NAME=VALUE`);
  return { name, value };
}

interface Variable extends GlobalVariable {
  readonly map: number;
  readonly offset: number;
  readonly typeId: number;
}

function variables(object: BpfObject): Variable[] {
  const { btf } = object;
  if (btf === null) return [];
  return object.maps.flatMap((map, i) => {
    if (map.initial === undefined || map.btfValueTypeId === 0) return [];
    const section = btf.type(map.btfValueTypeId);
    if (section.kind !== 'datasec') return [];
    return section.vars.flatMap((entry) => {
      const variable = btf.type(entry.type);
      if (variable.kind !== 'var') return [];
      const { name, type: typeId } = variable;
      const type = btf.typeName(typeId);
      return [{ name, type, section: section.name, size: entry.size, map: i, offset: entry.offset, typeId }];
    });
  });
}

/** The global variables of an object, in the order in which they lie. */
export function globalVariables(object: BpfObject): GlobalVariable[] {
  return variables(object).map(({ name, type, section, size }) => ({ name, type, section, size }));
}

/** Where a global variable lies: the number of its map, its offset and size there; null when there is none of that name. */
export function placeOfGlobal(
  object: BpfObject,
  name: string,
): { readonly map: number; readonly offset: number; readonly size: number } | null {
  return variables(object).find((one) => one.name === name) ?? null;
}

/** Read-only global variables that are one number each: what a loader sets before the program is verified. */
export function numericConstants(object: BpfObject): string[] {
  const { btf } = object;
  return variables(object)
    .filter(({ section, typeId }) => section === '.rodata' && btf?.skipModifiers(typeId).kind === 'int')
    .map(({ name }) => name);
}

/** A place within a variable. */
interface Place {
  readonly typeId: number;
  readonly offset: number;
  readonly bits: number;
  readonly bitOffset: number;
}

const MAX_ENTRIES = /^(.+)\.max_entries$/;

/**
 * The object with variables set to other values than the compiler gave them.
 * @throws InputError for a variable that it does not have, or a value that does not fit
 */
export function setGlobals(object: BpfObject, settings: readonly GlobalSetting[]): BpfObject {
  if (settings.length === 0) return object;
  const known = variables(object);
  const maps = [...object.maps];
  for (const setting of settings) {
    const fail = (reason: string): never => {
      throw new InputError(reason, `--set ${setting.name}=${setting.value}`, object.file);
    };
    const name = /^[A-Za-z_]\w*/.exec(setting.name)?.[0] ?? setting.name;
    const found = known.find((variable) => variable.name === name);
    if (found === undefined) {
      const sized = MAX_ENTRIES.exec(setting.name)?.[1];
      const at = maps.findIndex((map) => map.initial === undefined && map.name === sized);
      if (at >= 0) {
        maps[at] = { ...maps[at]!, maxEntries: entries(setting.value, fail) };
        continue;
      }
      unknown(setting.name, name, known, object, fail);
    }
    const variable = found!;
    const btf = object.btf!;
    const place = resolve(btf, variable, setting.name.slice(name.length), fail);
    const bytes = maps[variable.map]!.initial!.slice();
    write(btf, bytes, place, setting, fail);
    maps[variable.map] = { ...maps[variable.map]!, initial: bytes };
  }
  return { ...object, maps };
}

function entries(value: string, fail: (reason: string) => never): number {
  const number = parseNumber(value);
  return number !== null && number > 0n && number <= 0xffff_ffffn
    ? Number(number)
    : fail(`max_entries is a number from 1 to ${0xffff_ffff}`);
}

function unknown(
  whole: string,
  name: string,
  known: readonly Variable[],
  object: BpfObject,
  fail: (reason: string) => never,
): never {
  if (object.btf === null) return fail('the object has no BTF that names its variables (compile with -g)');
  const names = [...known.map((variable) => variable.name), ...sizes(object.maps)];
  const meant = nearest(whole, names) ?? nearest(name, names);
  const hint =
    meant !== undefined
      ? `; did you mean '${meant}'?`
      : known.length === 0
        ? '; it has no global variables'
        : `; it has ${known
            .slice(0, 12)
            .map((variable) => variable.name)
            .join(', ')}${known.length > 12 ? ', …' : ''}`;
  return fail(`the object has no global variable '${name}'${hint}`);
}

const sizes = (maps: readonly MapDef[]): string[] =>
  maps.filter(({ initial }) => initial === undefined).map(({ name }) => `${name}.max_entries`);

/** Follows `[3]` and `.member` into a variable. */
function resolve(btf: Btf, variable: Variable, path: string, fail: (reason: string) => never): Place {
  let place: Place = { typeId: variable.typeId, offset: variable.offset, bits: 0, bitOffset: 0 };
  let said = variable.name;
  for (let rest = path; rest !== '';) {
    const step = /^(?:\[\s*(\w+)\s*\]|\.([A-Za-z_]\w*))/.exec(rest);
    if (step === null) return fail(`'${rest}' is neither [N] nor .MEMBER`);
    rest = rest.slice(step[0].length);
    const type = btf.skipModifiers(place.typeId);
    if (step[1] !== undefined) {
      if (type.kind !== 'array') return fail(`${said} is no array but ${btf.typeName(place.typeId)}`);
      const index = parseNumber(step[1]) ?? enumerator(btf, step[1]);
      if (index === null || index < 0n || index >= BigInt(type.count))
        return fail(`${said} has elements 0 to ${type.count - 1}`);
      place = { ...place, typeId: type.type, offset: place.offset + Number(index) * btf.sizeOf(type.type) };
    } else {
      if (type.kind !== 'struct' && type.kind !== 'union')
        return fail(`${said} is no structure but ${btf.typeName(place.typeId)}`);
      const member = memberOf(btf, type, step[2]!, 0);
      if (member === null) {
        const meant = nearest(
          step[2]!,
          type.members.map(({ name }) => name),
        );
        return fail(`${said} has no member '${step[2]!}'${meant === undefined ? '' : `; did you mean '${meant}'?`}`);
      }
      place = {
        typeId: member.typeId,
        offset: place.offset + Math.floor(member.bitOffset / 8),
        bits: member.bits,
        bitOffset: member.bitOffset % 8,
      };
    }
    said += step[0];
  }
  return place;
}

/** A member by name, through unnamed structures and unions. */
function memberOf(
  btf: Btf,
  type: BtfType & { readonly kind: 'struct' | 'union' },
  name: string,
  base: number,
): { typeId: number; bitOffset: number; bits: number } | null {
  for (const member of type.members) {
    const bitOffset = base + member.bitOffset;
    if (member.name === name) return { typeId: member.type, bitOffset, bits: member.bitSize };
    const inner = member.name === '' ? btf.skipModifiers(member.type) : null;
    if (inner?.kind !== 'struct' && inner?.kind !== 'union') continue;
    const found = memberOf(btf, inner, name, bitOffset);
    if (found !== null) return found;
  }
  return null;
}

function parseNumber(text: string): bigint | null {
  const found = /^(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(text);
  if (found === null) return null;
  const digits = /^0[0-7]+$/.test(found[2]!) ? `0o${found[2]!.slice(1)}` : found[2]!;
  return found[1] === '-' ? -BigInt(digits) : BigInt(digits);
}

/** The value of an enumerator, of whatever enumeration. */
function enumerator(btf: Btf, name: string): bigint | null {
  for (let id = 1; id < btf.count; id++) {
    const type = btf.type(id);
    if (type.kind !== 'enum' && type.kind !== 'enum64') continue;
    const found = type.values.find((each) => each.name === name);
    if (found !== undefined) return found.value;
  }
  return null;
}

function valueOf(btf: Btf, type: BtfType, text: string, fail: (reason: string) => never): bigint {
  const number = parseNumber(text);
  if (number !== null) return number;
  if (text === 'true' || text === 'false') return text === 'true' ? 1n : 0n;
  const char = /^'(.)'$/u.exec(text)?.[1];
  if (char !== undefined) return BigInt(char.codePointAt(0)!);
  const own = type.kind === 'enum' || type.kind === 'enum64' ? type.values : null;
  const named = own?.find(({ name }) => name === text)?.value ?? enumerator(btf, text);
  if (named !== null) return named;
  const meant =
    own === null
      ? undefined
      : nearest(
          text,
          own.map(({ name }) => name),
        );
  const what = own === null ? 'a number, true, false, a character or an enumerator' : `one of ${names(own)}`;
  return fail(`'${text}' is not ${what}${meant === undefined ? '' : `; did you mean '${meant}'?`}`);
}

const names = (values: readonly { readonly name: string }[]): string =>
  values
    .slice(0, 8)
    .map(({ name }) => name)
    .join(', ') + (values.length > 8 ? ', …' : '');

function write(
  btf: Btf,
  bytes: Uint8Array,
  place: Place,
  setting: GlobalSetting,
  fail: (reason: string) => never,
): void {
  const type = btf.skipModifiers(place.typeId);
  if (type.kind !== 'int' && type.kind !== 'enum' && type.kind !== 'enum64') {
    const part =
      type.kind === 'array'
        ? `: set its elements, ${setting.name}[0] and on`
        : type.kind === 'struct'
          ? ': set its members'
          : '';
    return fail(`${setting.name} is ${btf.typeName(place.typeId)}, no number${part}`);
  }
  const value = valueOf(btf, type, setting.value, fail);
  const size = btf.sizeOf(place.typeId);
  const bool = type.kind === 'int' && type.bool;
  const bits = bool ? 1 : place.bits > 0 ? place.bits : size * 8;
  const [least, most] =
    type.signed && !bool ? [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n] : [0n, (1n << BigInt(bits)) - 1n];
  if (value < least || value > most)
    return fail(`${setting.value} is out of range: ${btf.typeName(place.typeId)} holds ${least} to ${most}`);
  if (place.offset + size > bytes.length) return fail('it lies outside its section');
  let raw = 0n;
  for (let i = size - 1; i >= 0; i--) raw = (raw << 8n) | BigInt(bytes[place.offset + i]!);
  const width = place.bits > 0 ? place.bits : size * 8;
  const mask = ((1n << BigInt(width)) - 1n) << BigInt(place.bitOffset);
  raw = (raw & ~mask) | ((BigInt.asUintN(width, value) << BigInt(place.bitOffset)) & mask);
  for (let i = 0; i < size; i++, raw >>= 8n) bytes[place.offset + i] = Number(raw & 255n);
}
