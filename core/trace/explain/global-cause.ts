import type { BtfType } from '../../btf/btf.ts';
import type { Value } from '../query/flow.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { Trace } from '../record/trace.ts';

/** A global function that is verified by itself, with whatever its prototype allows, not with what its callers hand over. */
export interface GlobalScene {
  readonly name: string;
  /** The parameter that the blamed value is, or comes from, as it is declared; null when it comes from elsewhere. */
  readonly param: {
    readonly name: string;
    readonly declared: string;
    readonly pointee: string;
    /** That is a structure or a union. */
    readonly structured: boolean;
    readonly size: number;
  } | null;
}

/** The function that the walk began with, when it is not the program itself. */
export function globalCause(trace: Trace, text: ProgramText, value: Value | null): GlobalScene | null {
  if (trace.steps === 0) return null;
  const subprog = trace.cursor(trace.steps).subprogs[0] ?? 0;
  if (subprog === 0) return null;
  const name = text.subprogs[subprog]?.name ?? `function ${subprog}`;
  return { name, param: value === null ? null : paramOf(text, rootOf(value)) };
}

function rootOf(value: Value): Value {
  let v = value;
  for (let n = 0; n < 32; n++) {
    if (v.from.kind === 'cut') v = v.from.of;
    else if (v.from.kind === 'computed') v = v.from.left;
    else break;
  }
  return v;
}

function paramOf(text: ProgramText, { from }: Value): GlobalScene['param'] {
  const { btf } = text.object;
  if (from.kind !== 'argument' || btf === null || from.reg === 0) return null;
  const info = text.program.funcInfo[from.subprog];
  const func = info === undefined ? undefined : btf.type(info.typeId);
  const proto = func?.kind === 'func' ? btf.type(func.type) : undefined;
  const param = proto?.kind === 'func_proto' ? proto.params[from.reg - 1] : undefined;
  if (param === undefined) return null;
  const type = btf.skipModifiers(param.type);
  if (type.kind !== 'ptr') return { name: param.name, declared: param.name, pointee: '', structured: false, size: 0 };
  const target = btf.skipModifiers(type.type);
  const pointee = typeWords(target);
  return {
    name: param.name,
    declared: `${pointee} *${param.name}`,
    pointee,
    structured: target.kind === 'struct' || target.kind === 'union',
    size: target.kind === 'void' ? 0 : btf.sizeOf(type.type),
  };
}

const typeWords = (type: BtfType): string =>
  type.kind === 'struct' || type.kind === 'union' || type.kind === 'enum'
    ? `${type.kind} ${type.name}`
    : type.name || type.kind;
