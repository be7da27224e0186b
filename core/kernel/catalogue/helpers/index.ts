import type { HelperDescriptor } from '../descriptor.ts';
import { ATTACHED } from './attached.ts';
import { DECLARED } from './declared.ts';
import { dPath } from './d-path.ts';
import { DYNPTRS } from './dynptrs.ts';
import { FIELD_HELPERS } from './fields.ts';
import { forEachMapElem } from './for-each-map-elem.ts';
import { getCurrentComm } from './get-current-comm.ts';
import { getCurrentPidTgid } from './get-current-pid-tgid.ts';
import { getCurrentTaskBtf } from './get-current-task-btf.ts';
import { getCurrentTask } from './get-current-task.ts';
import { getCurrentUidGid } from './get-current-uid-gid.ts';
import { getNsCurrentPidTgid } from './get-ns-current-pid-tgid.ts';
import { getNumaNodeId } from './get-numa-node-id.ts';
import { getPrandomU32 } from './get-prandom-u32.ts';
import { getSmpProcessorId } from './get-smp-processor-id.ts';
import { jiffies64 } from './jiffies64.ts';
import { ktimeGetBootNs } from './ktime-get-boot-ns.ts';
import { ktimeGetCoarseNs } from './ktime-get-coarse-ns.ts';
import { ktimeGetNs } from './ktime-get-ns.ts';
import { ktimeGetTaiNs } from './ktime-get-tai-ns.ts';
import { loop } from './loop.ts';
import { mapDeleteElem } from './map-delete-elem.ts';
import { mapLookupElem } from './map-lookup-elem.ts';
import { mapUpdateElem } from './map-update-elem.ts';
import { probeReadKernelStr } from './probe-read-kernel-str.ts';
import { probeReadKernel } from './probe-read-kernel.ts';
import { probeReadStr } from './probe-read-str.ts';
import { probeReadUserStr } from './probe-read-user-str.ts';
import { probeReadUser } from './probe-read-user.ts';
import { probeRead } from './probe-read.ts';
import { QUEUES } from './queues.ts';
import { RINGBUF } from './ringbuf.ts';
import { seqPrintfBtf, snprintfBtf } from './printf-btf.ts';
import { seqPrintf } from './seq-printf.ts';
import { seqWrite } from './seq-write.ts';
import { SOCKETS } from './sockets.ts';
import { snprintf } from './snprintf.ts';
import { strncmp } from './strncmp.ts';
import { perCpuPtr, thisCpuPtr } from './per-cpu.ts';
import { strtol, strtoul } from './strto.ts';
import { tailCall } from './tail-call.ts';
import { tracePrintk } from './trace-printk.ts';
import { traceVprintk } from './trace-vprintk.ts';

/** Every helper that the model knows. */
export const HELPERS: readonly HelperDescriptor[] = [
  forEachMapElem,
  getCurrentComm,
  getCurrentPidTgid,
  getCurrentTaskBtf,
  getCurrentTask,
  getCurrentUidGid,
  getNsCurrentPidTgid,
  getNumaNodeId,
  getPrandomU32,
  getSmpProcessorId,
  jiffies64,
  ktimeGetBootNs,
  ktimeGetCoarseNs,
  ktimeGetNs,
  ktimeGetTaiNs,
  loop,
  mapDeleteElem,
  mapLookupElem,
  mapUpdateElem,
  probeReadKernelStr,
  probeReadKernel,
  probeReadStr,
  probeReadUserStr,
  probeReadUser,
  probeRead,
  seqPrintf,
  seqPrintfBtf,
  seqWrite,
  snprintf,
  snprintfBtf,
  strncmp,
  perCpuPtr,
  thisCpuPtr,
  strtol,
  strtoul,
  tailCall,
  tracePrintk,
  traceVprintk,
  ...RINGBUF,
  ...DYNPTRS,
  ...QUEUES,
  ...DECLARED,
  ...FIELD_HELPERS,
  ...ATTACHED,
  ...SOCKETS,
  dPath,
];
