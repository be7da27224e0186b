import type { Build } from './scene.ts';
import { calleeOf, lastLine } from './scene.ts';
import { code } from './text.ts';

// Words for dynptrs: memory with its size, kept on the stack in a form that only the kernel's functions read.

const MAKERS = 'bpf_dynptr_from_mem(), bpf_ringbuf_reserve_dynptr(), or bpf_dynptr_from_skb() and its like for packets';

export const notOnStack: Build = (r, s) => ({
  title: 'It keeps a dynptr where none can lie',
  what: `At ${s.place}, ${calleeOf(s)} takes a dynptr in ${s.reg}, and gets ${s.value}.`,
  rule: 'A dynptr lies on the stack, at a constant place that is a multiple of 8: there the verifier follows what happens to it.',
  todo: 'Declare it as a local variable, `struct bpf_dynptr d;`, and hand over its address, `&d`.',
  error: lastLine(r),
});

export const uninitialized: Build = (r, s) => ({
  title: 'It uses a dynptr that was not made, or is gone',
  what: `At ${s.place}, ${calleeOf(s)} takes a dynptr in ${s.reg}, and on this path there is none in that place.`,
  rule: `A dynptr is made by ${MAKERS}. It is gone once it was submitted or discarded, and once anything else was written to its 16 bytes.`,
  todo: 'Make it before this call on every path that leads here, and hand over its address as it is: no part of it, and no other variable.',
  error: lastLine(r),
});

export const overwritten: Build<'overwritten-dynptr'> = (r, s) => ({
  title: 'It writes over a dynptr',
  what: `At ${s.place}, ${code(s.insn)} would write where a dynptr lies${r.details.referenced ? ' that stands for a reserved record of a ring buffer' : ''}.`,
  rule: r.details.referenced
    ? 'A record that was reserved must be handed back: with its dynptr overwritten nobody could.'
    : 'What a call fills must not be a dynptr: the call may be using that very one.',
  todo: r.details.referenced
    ? 'Submit or discard the record first, on every path; in a loop, in each round. Or use another variable for the second dynptr.'
    : 'Hand over a buffer of its own, outside the dynptr.',
  error: lastLine(r),
});

export const constant: Build = (r, s) => ({
  title: 'It changes a dynptr that belongs to somebody else',
  what: `At ${s.place}, ${calleeOf(s)} would change or end the dynptr in ${s.reg}, which this function was only lent.`,
  rule: 'A dynptr that a callback or a global function is handed may be used, and not changed.',
  todo: 'Make a copy with bpf_dynptr_clone() and work on that; whoever made it submits or discards it.',
  error: lastLine(r),
});

export const wrongKind: Build<'wrong-dynptr'> = (r, s) => ({
  title: 'It hands over a dynptr of another kind',
  what: `At ${s.place}, ${calleeOf(s)} takes a dynptr of type ${code(r.details.kind)}, and ${s.reg} points at one of another type.`,
  rule: 'Records of a ring buffer are submitted and discarded; memory of a map or a packet is not.',
  todo: 'Submit or discard only what bpf_ringbuf_reserve_dynptr() made. Other dynptrs need not be given back.',
  error: lastLine(r),
});

export const memory: Build = (r, s) => ({
  title: 'It makes a dynptr of memory that may go away',
  what: `At ${s.place}, bpf_dynptr_from_mem() is handed ${s.value} in ${s.reg}.`,
  rule: 'A dynptr of plain memory is made of a map’s value only: that lives as long as the program may use the dynptr.',
  todo: 'Put the data into a map’s value or a global variable, and make the dynptr of that.',
  error: lastLine(r),
});
