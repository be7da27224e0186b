import type { Env } from '../env.ts';
import { EINVAL } from '../../base/errno.ts';

/** The program's function records must be in order and name functions of its BTF, whatever the program looks like. */
export function checkFuncInfo(env: Env): void {
  const { funcInfo } = env.program;
  const btf = env.progBtf;
  let before = 0;
  funcInfo.forEach(({ insn, typeId }, i) => {
    // These messages have no newline of their own.
    const bad = (text: string): never => {
      env.say(text);
      return env.reject(EINVAL, 'bad-btf', '', { of: 'functions' });
    };
    if (i === 0 && insn !== 0) bad(`nonzero insn_off ${insn} for the first func info record`);
    if (i > 0 && insn <= before)
      bad(`same or smaller insn offset (${insn}) than previous func info record (${before})`);
    if (btf === null || typeId >= btf.count || btf.type(typeId).kind !== 'func')
      bad(`invalid type id ${typeId | 0} in func info`);
    before = insn;
  });
}

/** Function records must be those of the program's functions, one each; line records in order, one at each function's start at least. */
export function checkBtfInfo(env: Env): void {
  const { funcInfo, lineInfo } = env.program;
  // A function that is called when the program throws is one more function, though nothing in the code names it.
  const main = funcInfo[0];
  if (main !== undefined && env.progBtf?.declTags(main.typeId, -1).some((tag) => tag.startsWith('exception_callback:')))
    env.unsupported('exception callbacks');
  if (funcInfo.length > 0) {
    if (funcInfo.length !== env.subprogs.length)
      env.reject(EINVAL, 'bad-btf', "number of funcs in func_info doesn't match number of subprogs", {
        of: 'functions',
      });
    if (funcInfo.some(({ insn }, i) => insn !== env.subprogs[i]!.start))
      env.reject(EINVAL, 'bad-btf', "func_info BTF section doesn't match subprog layout in BPF program", {
        of: 'functions',
      });
  }
  env.subprogs.forEach((subprog, i) => {
    if (i === 0 || (!subprog.hasPacketLoad && !subprog.hasTailCall)) return;
    // Both may end the program: the function's caller must not take what comes back for a pointer.
    let where = 'not allowed in subprogs without BTF';
    if (funcInfo.length > 0) {
      if (returnsNumber(env, funcInfo[i]!.typeId)) return;
      where = "only allowed in functions that return 'int'.";
    }
    env.reject(EINVAL, 'bad-btf', `${subprog.hasPacketLoad ? 'LD_ABS' : 'tail_call'} is ${where}`, { of: 'ending' });
  });
  if (lineInfo.length === 0) return;
  let before = 0;
  let at = 0;
  lineInfo.forEach(({ insn }, i) => {
    if ((i > 0 && insn <= before) || insn >= env.insns.length)
      env.reject(
        EINVAL,
        'bad-btf',
        `Invalid line_info[${i}].insn_off:${insn} (prev_offset:${before} prog->len:${env.insns.length})`,
        { of: 'lines' },
      );
    if (env.insns[insn]!.code === 0)
      env.reject(EINVAL, 'bad-btf', `Invalid insn code at line_info[${i}].insn_off`, { of: 'lines' });
    const start = env.subprogs[at]?.start;
    if (start === insn) at++;
    else if (start !== undefined && start < insn)
      env.reject(EINVAL, 'bad-btf', `missing bpf_line_info for func#${at}`, { of: 'lines' });
    before = insn;
  });
  if (at !== env.subprogs.length)
    env.reject(
      EINVAL,
      'bad-btf',
      `missing bpf_line_info for ${env.subprogs.length - at} funcs starting from func#${at}`,
      { of: 'lines' },
    );
}

function returnsNumber(env: Env, typeId: number): boolean {
  const btf = env.progBtf!;
  const func = btf.type(typeId);
  const proto = func.kind === 'func' ? btf.type(func.type) : func;
  if (proto.kind !== 'func_proto') return false;
  const { kind } = btf.skipModifiers(proto.ret);
  return kind === 'int' || kind === 'enum' || kind === 'enum64';
}
