import type { Breach } from './contract-monitor.ts';
import { never } from '../base/errors.ts';

/** What became of an iterator's contract, in one sentence. */
export function contractText(breach: Breach): string {
  const { pc, step, func } = breach;
  const where = func === '' ? 'at the end of the run' : `seen at instruction ${pc}, step ${step}`;
  return `${what(breach)} (${where})`;
}

function what({ kind, iterator, ref, func, at }: Breach): string {
  const it = ref === 0 ? `iter_${iterator}` : `iter_${iterator} (reference ${ref})`;
  switch (kind) {
    case 'not-initialized':
      return `${func} left the state of ${it} as it found it: a constructor makes an iterator also when it fails`;
    case 'comes-back':
      return `${func} gave an element of ${it} after NULL: NULL stays NULL`;
    case 'endless':
      return `${func} gave ${at} elements of ${it} and no NULL until the run was stopped`;
    case 'writes-elsewhere':
      return `${func} wrote beside the slots of ${it}, at ${at < 0 ? at : `+${at}`}: an iterator's functions write its state alone`;
    case 'state-written':
      return `the state of ${it} was written at +${at} since the last of its functions ran: nobody else may; seen by ${func}`;
    case 'never-made':
      return `${func} got an ${it} that no constructor had made`;
    case 'used-after-destroy':
      return `${func} got ${it} after it was destroyed`;
    case 'destroyed-twice':
      return `${func} destroyed ${it} once more: an iterator is destroyed once`;
    case 'other-type':
      return `${func} got an iterator of another type as ${it}`;
    case 'made-again':
      return `${func} made an iterator where ${it} was, which was not destroyed`;
    case 'keeps-memory':
      return `${func} destroyed ${it}, and left memory that its functions had taken (${at}): a destructor frees what the iterator holds`;
    case 'not-destroyed':
      return `${it} was not destroyed: an iterator is destroyed once`;
    default:
      return never(kind);
  }
}
