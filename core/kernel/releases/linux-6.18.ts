import type { Btf } from '../../btf/btf.ts';
import { HELPERS } from '../catalogue/helpers/index.ts';
import { ITER_TARGETS } from '../catalogue/iter-targets/index.ts';
import { ITERATORS } from '../catalogue/iterators/index.ts';
import { KFUNCS } from '../catalogue/kfuncs/index.ts';
import { MAP_KINDS } from '../catalogue/map-types.ts';
import { kernelModel } from '../model.ts';
import type { KernelModel, KernelRelease } from '../model.ts';
import { shippedConfig } from '../rules/configs/config.ts';
import { HELPER_ACCESS, HELPER_ARGS } from '../rules/helper-access.ts';
import { HELPER_FORMS } from '../rules/helper-forms.ts';
import { symbolAddress } from '../rules/symbols.ts';
import { mayBeNull } from '../rules/tracepoint-nulls.ts';

/** Linux 6.18 (LTS), x86-64. */
const LINUX_6_18: KernelRelease = {
  id: 'linux-6.18',
  title: 'Linux 6.18',
  limits: {
    programInsns: 1_000_000,
    processed: 1_000_000,
    waitingPaths: 8192,
    subprograms: 256,
    frames: 8,
    stack: 512,
    stackBeforeTailCall: 256,
    linkedRegisters: 6,
    traceRecord: 8192,
    tailCalls: 33,
    mayGotoLoops: 8 * 1024 * 1024,
  },
  quirks: {
    tracepointBeforeRecord: true,
    forkAtAluCrashes: true,
    workQueueWithoutFieldsCrashes: true,
    lastFieldOnly: true,
  },
  helpers: HELPERS,
  helperAccess: { allowed: HELPER_ACCESS, args: HELPER_ARGS, forms: HELPER_FORMS },
  kfuncs: KFUNCS,
  iterators: ITERATORS,
  targets: ITER_TARGETS,
  maps: MAP_KINDS,
  tracepointNulls: mayBeNull,
  symbolAddress,
  config: shippedConfig,
};

/** The model of Linux 6.18 with the types of one build of it: the shipped ones, or a running kernel's. */
export function linux618(btf: Btf): KernelModel {
  let model = made.get(btf);
  if (model === undefined) made.set(btf, (model = kernelModel(LINUX_6_18, btf)));
  return model;
}

// A model is a value: one for each BTF is enough.
const made = new WeakMap<Btf, KernelModel>();
