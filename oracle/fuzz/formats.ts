import type { MapDef } from '../../core/elf/object.ts';
import { AsmCase } from './asm-case.ts';
import { RAW_TP } from './setting.ts';
import type { Generator } from './case.ts';
import { Dice } from '../../core/base/dice.ts';

const PIECES: readonly string[] = [
  'a',
  ' ',
  'pid',
  '\n',
  '\t',
  '%',
  '%%',
  '%d',
  '%i',
  '%u',
  '%x',
  '%X',
  '%ld',
  '%lld',
  '%llld',
  '%llu',
  '%lx',
  '%s',
  '%ps',
  '%pS',
  '%pB',
  '%pK',
  '%px',
  '%p',
  '%pks',
  '%pus',
  '%pk',
  '%pku',
  '%pI4',
  '%pi6',
  '%pI',
  '%pI5',
  '%pX',
  '%c',
  '%5d',
  '%-8s',
  '%08x',
  '%+d',
  '% d',
  '%0-+ 12d',
  '%.3s',
  '%hd',
  '%o',
  '%f',
  '%n',
  '%#x',
  '%1',
  '%l',
  '%ll',
  '%sX',
  '%s.',
  '%p.',
  '%pz',
  '%cx',
  '%*d',
  '%123456789d',
  '\x01',
  '\x7f',
  'é',
  '\x80',
  '%\x80',
  '%0',
  '%-',
];

const SIZE = 64;

/** A read-only map with a format in it, or one that is not quite that. */
function formatMap(dice: Dice): { map: MapDef; at: number } {
  const at = dice.chance(70) ? 0 : dice.below(SIZE);
  let text = '';
  for (let n = dice.below(6); n >= 0; n--) text += dice.of(PIECES);
  const initial = new Uint8Array(SIZE);
  const bytes = Uint8Array.from(Buffer.from(text, dice.chance(80) ? 'latin1' : 'utf8'));
  initial.set(bytes.subarray(0, SIZE - at), at);
  if (dice.chance(4)) initial.fill(0x61, at);
  const frozen = dice.chance(96);
  return {
    at: dice.chance(95) ? at : dice.below(SIZE + 2),
    map: {
      name: 'fmt',
      type: dice.chance(97) ? 2 : 1,
      keySize: 4,
      valueSize: SIZE,
      maxEntries: 1,
      flags: dice.chance(96) ? 0x80 : 0,
      initial,
      frozen,
      btfKeyTypeId: 0,
      btfValueTypeId: 0,
    },
  };
}

function program(dice: Dice, at: number): string[] {
  const lines = ['r6 = r1'];
  for (let i = 1; i <= 12; i++) lines.push(`*(u64 *)(r10 -${8 * i}) = ${i}`);
  if (dice.chance(12)) lines.push('call bpf_get_prandom_u32#7', `r0 &= ${dice.of([7, 8, 24, 96])}`, 'r5 = r0');
  else lines.push(`r5 = ${dice.of([0, 8, 8, 16, 24, 32, 96, 104, 4, 12, -8])}`);
  lines.push(dice.chance(92) ? 'r4 = r10' : 'r4 = 0', ...(lines.at(-1) === 'r4 = 0' ? [] : ['r4 += -96']));
  lines.push(`r3 = map[0] +${at}`);
  if (dice.chance(4)) lines.push('call bpf_get_prandom_u32#7', 'r0 &= 1', `r3 = map[0] +${at}`, 'r3 += r0');
  lines.push('r1 = r10', 'r1 += -128', `r2 = ${dice.of([32, 32, 16, 0, 33])}`);
  if (dice.chance(8)) lines.push('r1 = 0', 'r2 = 0');
  lines.push('call bpf_snprintf#165', `r0 = ${dice.chance(50) ? '0' : 'r0'}`, 'exit');
  return lines;
}

/** Calls of bpf_snprintf with formats made of right and wrong pieces, in maps that are read-only or not quite. */
export const FORMAT_GENERATOR: Generator = {
  name: 'formats',
  share: 4,
  generate: (seeds) =>
    seeds.map((seed) => {
      const dice = new Dice(seed);
      const { map, at } = formatMap(dice);
      return new AsmCase(program(dice, at), { ...RAW_TP, maps: [map] });
    }),
};
