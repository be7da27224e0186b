import { describe, expect, it } from 'vitest';
import { parseBtf } from '../btf/parse.ts';
import type { Btf } from '../btf/btf.ts';
import { BtfWriter } from '../btf/writer.ts';
import { CoreRelocator } from './core-relo.ts';
import { CORE, CoreFailure } from './core-spec.ts';
import { sectionType } from './section-types.ts';

const member = (name: string, type: number, bitOffset: number, bitSize = 0) => ({ name, type, bitOffset, bitSize });

/** int, unsigned int, u64, ptr are 1..4; then what `more` adds. */
function btf(more: (w: BtfWriter) => void): Btf {
  const w = new BtfWriter();
  w.int('int', 4, { signed: true });
  w.int('unsigned int', 4);
  w.int('u64', 8);
  w.ptr(0);
  more(w);
  return parseBtf(w.bytes(), { checkAll: true });
}

const local = btf((w) => {
  w.struct('s___mine', 16, [member('a', 2, 0), member('gone', 2, 32), member('b', 1, 64), member('bits', 2, 96, 3)]); // 5
  w.enum('e', [
    { name: 'ONE', value: 1 },
    { name: 'TWO', value: 2 },
  ]); // 6
  w.struct('absent', 4, [member('x', 1, 0)]); // 7
  w.array(5, 1, 4); // 8
  w.struct('h', 64, [member('list', 8, 0)]); // 9
  w.struct('twice', 4, [member('x', 1, 0)]); // 10
});
const kernel = btf((w) => {
  const inner = w.struct('', 8, [member('b', 1, 32)]); // 5
  w.struct('s', 32, [member('new', 3, 0), member('a', 3, 64), member('', inner, 128), member('bits', 2, 197, 3)]); // 6
  w.enum64('e', [{ name: 'TWO', value: 0x1_0000_0002n }]); // 7
  w.array(6, 1, 2); // 8
  w.struct('h', 64, [member('list', 8, 0)]); // 9
  w.struct('twice', 4, [member('x', 1, 0)]); // 10
  w.struct('twice', 8, [member('y', 1, 0), member('x', 1, 32)]); // 11
});

const MOV = 0xb7;
const LDXW = 0x61;
const insn = (code: number, imm: number, off = 0) => ({ code, dst: 1, src: 0, off, imm });

function relocate(first: ReturnType<typeof insn>, root: number, access: string, kind: number) {
  const insns = first.code === 0x18 ? [first, { ...insn(0, 0), dst: 0 }] : [first];
  new CoreRelocator(local, kernel).apply(insns, 0, root, access, kind);
  return insns;
}

describe('values', () => {
  it.each<[string, number, number, string, number, number]>([
    ['offset', 0, 5, '0:0', CORE.FIELD_BYTE_OFFSET, 8],
    ['offset in an unnamed member', 8, 5, '0:2', CORE.FIELD_BYTE_OFFSET, 20],
    ['offset after a pointer step', 16, 5, '1:0', CORE.FIELD_BYTE_OFFSET, 40],
    ['size', 4, 5, '0:0', CORE.FIELD_BYTE_SIZE, 8],
    ['exists', 1, 5, '0:0', CORE.FIELD_EXISTS, 1],
    ['does not exist', 1, 5, '0:1', CORE.FIELD_EXISTS, 0],
    ['signed', 1, 5, '0:2', CORE.FIELD_SIGNED, 1],
    ['bit field offset', 0, 5, '0:3', CORE.FIELD_BYTE_OFFSET, 24],
    ['bit field left shift', 0, 5, '0:3', CORE.FIELD_LSHIFT_U64, 56],
    ['bit field right shift', 61, 5, '0:3', CORE.FIELD_RSHIFT_U64, 61],
    ['local id', 0, 5, '0', CORE.TYPE_ID_LOCAL, 5],
    ['target id', 0, 5, '0', CORE.TYPE_ID_TARGET, 6],
    ['type size', 16, 5, '0', CORE.TYPE_SIZE, 32],
    ['type exists', 1, 5, '0', CORE.TYPE_EXISTS, 1],
    ['type does not exist', 1, 7, '0', CORE.TYPE_EXISTS, 0],
    ['type does not match', 1, 5, '0', CORE.TYPE_MATCHES, 0],
    ['enumerator exists', 1, 6, '1', CORE.ENUMVAL_EXISTS, 1],
    ['enumerator does not exist', 1, 6, '0', CORE.ENUMVAL_EXISTS, 0],
    ['array element', 16, 9, '0:0:1', CORE.FIELD_BYTE_OFFSET, 32],
  ])('%s', (_, imm, root, access, kind, value) => {
    expect(relocate(insn(MOV, imm), root, access, kind)[0]!.imm).toBe(value);
  });

  it('fills both halves of a 64-bit load', () => {
    const [low, high] = relocate(insn(0x18, 2), 6, '1', CORE.ENUMVAL_VALUE);
    expect([low!.imm, high!.imm]).toEqual([2, 1]);
  });

  it('widens a load of an unsigned field', () => {
    expect(relocate(insn(LDXW, 0, 0), 5, '0:0', CORE.FIELD_BYTE_OFFSET)[0]).toMatchObject({ code: 0x79, off: 8 });
  });
});

describe('failures', () => {
  const poison = { code: 0x85, dst: 0, src: 0, off: 0, imm: 195896080 };
  it.each([
    ['a missing field', insn(LDXW, 0, 4), 5, '0:1', CORE.FIELD_BYTE_OFFSET],
    ['a missing type', insn(LDXW, 0, 0), 7, '0:0', CORE.FIELD_BYTE_OFFSET],
    ['a missing enumerator', insn(0x18, 1), 6, '0', CORE.ENUMVAL_VALUE],
    ['an element beyond the array', insn(MOV, 48), 9, '0:0:3', CORE.FIELD_BYTE_OFFSET],
  ])('%s poisons', (_, first, root, access, kind) => {
    for (const patched of relocate(first, root, access, kind)) expect(patched).toEqual(poison);
  });

  it.each([
    ['an ambiguous field', insn(MOV, 0), 10, '0:0', CORE.FIELD_BYTE_OFFSET],
    ['an instruction that holds something else', insn(MOV, 3), 5, '0:0', CORE.FIELD_BYTE_OFFSET],
    ['a malformed access', insn(MOV, 0), 5, '0:x', CORE.FIELD_BYTE_OFFSET],
    ['a member that is not there', insn(MOV, 0), 5, '0:9', CORE.FIELD_BYTE_OFFSET],
    ['an unknown kind', insn(MOV, 0), 5, '0:0', 99],
    ['a register operand', insn(0xbf, 0), 5, '0:0', CORE.FIELD_BYTE_OFFSET],
  ])('%s is refused', (_, first, root, access, kind) => {
    expect(() => relocate(first, root, access, kind)).toThrow(CoreFailure);
  });
});

describe('section names', () => {
  it.each([
    ['raw_tp/sys_enter', { type: 17, expectedAttachType: 0, flags: 0, target: null }],
    ['raw_tp', { type: 17 }],
    [
      'tp_btf/sched_switch',
      { type: 26, expectedAttachType: 23, target: { kind: 'typedef', name: 'btf_trace_sched_switch' } },
    ],
    [
      'iter/task_file',
      { type: 26, expectedAttachType: 28, flags: 0, target: { kind: 'func', name: 'bpf_iter_task_file' } },
    ],
    ['iter.s/task', { type: 26, expectedAttachType: 28, flags: 16 }],
    ['fentry.s/do_exit', { type: 26, expectedAttachType: 24, flags: 16, target: { kind: 'func', name: 'do_exit' } }],
    ['lsm/file_open', { type: 29, expectedAttachType: 27, target: { kind: 'func', name: 'bpf_lsm_file_open' } }],
    ['socket', { type: 1 }],
    ['tc', { type: 3 }],
    ['tcx/ingress', { type: 3, expectedAttachType: 46 }],
    ['xdp', { type: 6, expectedAttachType: 37, flags: 0 }],
    ['xdp.frags', { type: 6, expectedAttachType: 37, flags: 32 }],
    ['syscall', { type: 31, flags: 16 }],
    ['cgroup/dev', { type: 15, expectedAttachType: 6 }],
    ['kprobe.multi/x*', { type: 2, expectedAttachType: 42 }],
    ['struct_ops/x', { type: 27 }],
  ])('%s', (name, expected) => {
    expect(sectionType(name)).toMatchObject(expected);
  });
  it.each(['socket/x', 'tcpdump', 'raw_tpx', 'xdp/other', ''])('%s is none', (name) => {
    expect(sectionType(name)).toBeNull();
  });
});
