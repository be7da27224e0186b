import { expect, test } from 'vitest';
import { assemble } from '../../core/isa/asm.ts';
import { encode } from '../../core/isa/codec.ts';
import { bpfPlugin } from './bpf-plugin.ts';

/** Hex as the runner spells it: two digits and two blanks a byte, blanks at the end too. */
const spell = (bytes: Uint8Array): string => [...bytes].map((b) => `${b.toString(16).padStart(2, '0')}  `).join('');
const program = (text: string): string => `${spell(encode(assemble(text)))}\n`;

async function plugin(stdin: string, ...args: string[]): Promise<{ out: string; err: string; status: number }> {
  let out = '';
  let err = '';
  const status = await bpfPlugin(args, {
    readStdin: () => Promise.resolve(stdin),
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { out, err, status };
}

const SUM = 'r0 = *(u16 *)(r1 +1)\nr0 += r2\nexit';

test.each([['aa  bb  cc  '], ['AABBCC'], ['aa bb\tcc']])(
  'memory %j is what r1 points at, r2 its length',
  async (memory) => {
    expect(await plugin(program(SUM), memory)).toEqual({ out: 'ccbe\n', err: '', status: 0 });
  },
);

test('a digit that stands alone is a byte', async () => {
  expect((await plugin('b7 0 0 0 5 0 0 0 95 0 0 0 0 0 0 0')).out).toBe('5\n');
});

test('without memory r1 and r2 are zero', async () => {
  expect((await plugin(program('r0 = r1\nr0 |= r2\nexit'))).out).toBe('0\n');
});

test('all 64 bits are printed, unsigned', async () => {
  expect((await plugin(program('r0 = -2\nexit'))).out).toBe('fffffffffffffffe\n');
});

test('options: the program as an argument, empty ones ignored, unknown ones refused', async () => {
  const text = program('r0 = 7\nexit');
  expect(await plugin('not read', '--program', text, '', '--debug')).toMatchObject({ out: '7\n', status: 0 });
  expect(await plugin(text, '--frob')).toEqual({ out: '', err: 'unknown option "--frob"\n', status: 1 });
  expect((await plugin(text, '', '--engine', '', 'interp')).status).toBe(0);
  expect(await plugin(text, '--engine', 'interp')).toMatchObject({ out: '7\n', status: 0 });
  expect(await plugin(text, '--engine', 'jit')).toMatchObject({
    out: '',
    err: expect.stringMatching(/^unsupported: the JIT/),
    status: 1,
  });
  expect(await plugin(text, '--engine')).toMatchObject({ err: '--engine is interp or jit\n', status: 1 });
  expect((await plugin(text, '--help')).status).toBe(0);
});

test('helper 5 exists, and callx calls by number', async () => {
  expect((await plugin(program('r1 = -1\ncall #5\nr0 = 3\nexit'))).out).toBe('3\n');
  expect((await plugin(program('r6 = 5\ncallx r6\nr0 = 4\nexit'))).out).toBe('4\n');
});

test('shifts by an immediate out of range are masked', async () => {
  expect((await plugin(program('r0 = 1\nr0 <<= 65\nexit'))).out).toBe('2\n');
  expect((await plugin(program('w0 = 1\nw0 <<= 33\nexit'))).out).toBe('2\n');
});

test.each([
  [
    'a reserved field that is set',
    'b7 10 00 00 00 00 00 00 95 00 00 00 00 00 00 00',
    'instruction 0: reserved field src is 1, not zero',
  ],
  [
    'a register that does not exist',
    'b7 0b 00 00 00 00 00 00 95 00 00 00 00 00 00 00',
    'instruction 0: there is no register r11',
  ],
  [
    'a jump out of the program',
    '05 00 07 00 00 00 00 00 95 00 00 00 00 00 00 00',
    'instruction 0: jump out of the program, to 8',
  ],
  ['an unknown opcode', 'ff 00 00 00 00 00 00 00', 'offset 0 (instruction 0): no instruction has opcode 0xff'],
  ['half an instruction', '95 00 00', 'offset 0: 3 bytes are no whole number of 8-byte instructions'],
  ['no hex', 'xyz', 'program: "xyz" is no hex byte'],
  ['nothing', '', 'instruction 0: the program is empty'],
])('%s: reason on stderr, nothing on stdout, status 1', async (_what, stdin, reason) => {
  expect(await plugin(stdin)).toEqual({ out: '', err: `${reason}\n`, status: 1 });
});

test('a register that is read before it is set', async () => {
  const result = await plugin(program('r0 = r3\nexit'));
  expect(result).toEqual({ out: '', err: 'instruction 0: r3 is read before it is set\n', status: 1 });
});

test('a fault at run time is refused with its instruction', async () => {
  const result = await plugin(program('r1 = 0\nr0 = *(u8 *)(r1 +0)\nexit'));
  expect(result).toEqual({ out: '', err: 'instruction 1: invalid read of 1 bytes at NULL\n', status: 1 });
});

test('--elf takes an object with one executable section', async () => {
  const code = encode(assemble('r0 = *(u8 *)(r1 +0)\nexit'));
  const object = new Uint8Array(64 + code.length + 2 * 64);
  const view = new DataView(object.buffer);
  object.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(18, 247, true);
  view.setBigUint64(40, BigInt(64 + code.length), true);
  view.setUint16(58, 64, true);
  view.setUint16(60, 2, true);
  object.set(code, 64);
  const header = 64 + code.length + 64;
  view.setUint32(header + 4, 1, true);
  view.setBigUint64(header + 8, 6n, true);
  view.setBigUint64(header + 24, 64n, true);
  view.setBigUint64(header + 32, BigInt(code.length), true);
  expect(await plugin(`${spell(object)}\n`, '2a  ', '--elf')).toEqual({ out: '2a\n', err: '', status: 0 });
  view.setBigUint64(header + 32, 4096n, true);
  expect(await plugin(spell(object), '--elf')).toMatchObject({ err: 'offset 64: section 1 lies outside\n', status: 1 });
});
