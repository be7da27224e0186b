import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { globalVariables, parseSetting, setGlobals } from './globals.ts';
import { loadObject } from './load.ts';
import type { BpfObject } from './object.ts';

const bytes = new Uint8Array(readFileSync(new URL('./fixtures/globals/globals.bpf.o', import.meta.url)));
const object = loadObject(bytes, { file: 'globals.bpf.o', kernelBtf: null });

/** The bytes of a variable after settings. */
function after(name: string, ...settings: string[]): number[] {
  const changed = setGlobals(object, settings.map(parseSetting));
  const { maps, btf } = changed;
  for (const map of maps) {
    const section = btf!.type(map.btfValueTypeId);
    if (map.initial === undefined || section.kind !== 'datasec') continue;
    const entry = section.vars.find(({ type }) => btf!.type(type).name === name);
    if (entry !== undefined) return [...map.initial.subarray(entry.offset, entry.offset + entry.size)];
  }
  throw new Error(`there is no ${name}`);
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

describe('global variables are set before loading', () => {
  it.each([
    ['debug', ['debug=true'], [1]],
    ['debug', ['debug=1'], [1]],
    ['limit', ['limit=0x10'], [16, 0, 0, 0]],
    ['limit', ['limit=-2'], [254, 255, 255, 255]],
    ['limit', ['limit=017'], [15, 0, 0, 0]],
    ['limit', ['limit = FAST'], [7, 0, 0, 0]],
    ['big', ['big=18446744073709551615'], [255, 255, 255, 255, 255, 255, 255, 255]],
    ['small', ['small[1]=200', 'small[2]=3'], [0, 200, 3]],
    ['letter', ["letter='z'"], [122]],
    ['hidden', ['hidden=4'], [4, 0, 0, 0, 0, 0, 0, 0]],
    [
      'configs',
      ['configs[1].mode=FAST', 'configs[1].part.high=9', 'configs[1].part.low=1', 'configs[1].bytes[7]=5'],
      [1, ...zeros(23), ...zeros(4), 7, 0, 0, 0, 0x91, ...zeros(7), ...zeros(7), 5],
    ],
    ['configs', ['configs[0].mode=LAST'], [1, 0, 0, 0, 255, 255, 255, 255, ...zeros(40)]],
    ['configs', ['configs[0].part.tone=-1'], [1, ...zeros(8), 255, ...zeros(38)]],
  ])('%s after %j', (name, settings, wanted) => {
    expect(after(name, ...settings)).toEqual(wanted);
  });

  it('leaves the object as it was', () => {
    after('limit', 'limit=3');
    expect(after('limit')).toEqual([10, 0, 0, 0]);
  });

  it('sizes a map that user space is to size', () => {
    const sized = setGlobals(object, [parseSetting('sizeless.max_entries=64')]);
    expect(sized.maps.find(({ name }) => name === 'sizeless')).toMatchObject({ maxEntries: 64 });
  });

  it('lists what can be set', () => {
    const list = globalVariables(object as BpfObject);
    expect(list.find(({ name }) => name === 'small')).toMatchObject({ section: '.rodata', size: 3 });
    expect(list.map(({ name }) => name).sort()).toEqual(
      ['big', 'configs', 'debug', 'hidden', 'letter', 'limit', 'pointer', 'small'].sort(),
    );
  });

  it.each([
    ['limt=1', "globals.bpf.o: --set limt=1: the object has no global variable 'limt'; did you mean 'limit'?"],
    ['nothing_like_it=1', /no global variable 'nothing_like_it'; it has /],
    ['small=1', /small is .*, no number: set its elements, small\[0\] and on/],
    ['small[3]=1', /small has elements 0 to 2/],
    ['small[0]=256', /256 is out of range: .* holds 0 to 255/],
    ['limit=2147483648', /out of range: .* holds -2147483648 to 2147483647/],
    ['debug=2', /2 is out of range: .* holds 0 to 1/],
    ['limit=abc', /'abc' is not a number, true, false, a character or an enumerator/],
    ['configs[0].mode=FASTT', /'FASTT' is not one of SLOW, FAST, LAST; did you mean 'FAST'\?/],
    ['configs[0].part.low=16', /16 is out of range: .* holds 0 to 15/],
    ['configs[0].mod=1', /configs\[0\] has no member 'mod'; did you mean 'mode'\?/],
    ['configs[0]=1', /configs\[0\] is struct config, no number: set its members/],
    ['limit.x=1', /limit is no structure/],
    ['limit[0]=1', /limit is no array/],
    ['pointer=1', /pointer is void \*, no number/],
    ['limit+1=2', /'\+1' is neither \[N\] nor \.MEMBER/],
    ['sizeless.max_entries=0', /max_entries is a number from 1 to 4294967295/],
    ['sizless.max_entries=4', /did you mean 'sizeless\.max_entries'\?/],
  ])('%s is refused', (setting, words) => {
    const act = (): unknown => setGlobals(object, [parseSetting(setting)]);
    expect(act).toThrow(words);
  });

  it.each(['limit', '=3', 'limit='])("'%s' is not NAME=VALUE", (text) => {
    expect(() => parseSetting(text)).toThrow(/is not NAME=VALUE/);
  });
});
