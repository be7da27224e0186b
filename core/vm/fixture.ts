/** What tests of this room share: a kernel without types, and programs made ready on it. */
import { parseBtf } from '../btf/parse.ts';
import { BtfWriter } from '../btf/writer.ts';
import type { Insn } from '../isa/insn.ts';
import type { SimMachine } from '../kernel/machine/sim-machine.ts';
import { linux618 } from '../kernel/releases/linux-6.18.ts';
import { createExecutor } from './engines.ts';
import type { CallResolver, Executor, RunLimits } from './executor.ts';
import { predecode } from './predecode.ts';

export const KERNEL = linux618(parseBtf(new BtfWriter().bytes()));

/** A program that calls nothing. */
export const NO_CALLS: CallResolver = { callHelper: () => undefined, callKfunc: () => undefined };

export const executor = (
  insns: readonly Insn[],
  machine: SimMachine,
  resolver: CallResolver = NO_CALLS,
  limits: RunLimits = KERNEL.limits,
): Executor => createExecutor({ code: predecode(insns), machine, resolver, limits });
