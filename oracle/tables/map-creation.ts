import { EPERM } from '../../core/base/errno.ts';
/**
 * What BPF_MAP_CREATE says to maps of every type with right and wrong sizes, entries, flags and types, asked of the running kernel and
 * written to tests/kernel-tables/map-creation.txt, which tests/map-creation.test.ts reads:
 *
 *     npx tsx oracle/tables/map-creation.ts
 */
import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { btfLoad, Fds, mapTry } from '../kernel/bpf-syscall.ts';
import { kernelRefusal } from '../kernel/load.ts';
import { thisMachine } from '../kernel/machine.ts';
import { lineOf, mapsToTry, tableBtf } from './map-attempts.ts';

const refusal = kernelRefusal() ?? (/^6\.18\./.test(release()) ? null : `this kernel is ${release()}, not a 6.18`);
if (refusal !== null) {
  console.log(`nothing is recorded: ${refusal}`);
  process.exit(2);
}
const fds = new Fds();
const btfFd = fds.add(btfLoad(tableBtf().bytes));
const lines: string[] = [];
let refused = 0;
for (const map of mapsToTry()) {
  const types = map.btfKeyTypeId > 0 || map.btfValueTypeId > 0;
  const attempt = (typed: boolean): number => {
    const opened = new Fds();
    const result = mapTry({ ...map, btfFd }, typed);
    if (result >= 0) opened.add(result);
    opened.close();
    return Math.min(result, 0);
  };
  let errno = attempt(types);
  let typed = types;
  if (errno < 0 && types && errno !== EPERM) {
    errno = attempt(false);
    typed = false;
  }
  // A type that this machine does not let anybody make is left to others.
  if (errno === EPERM) refused++;
  else lines.push(lineOf(map, errno, typed));
}
fds.close();
const { cpus, maxCpus, memory } = thisMachine();
writeFileSync(
  'tests/kernel-tables/map-creation.txt',
  `cpus=${cpus} maxCpus=${maxCpus} memory=${memory}\n${lines.join('\n')}\n`,
);
console.log(`${lines.length} maps, ${refused} not allowed here`);
