import { isJump } from '../../../isa/insn-kinds.ts';
import { CALL, EXIT } from '../../../isa/opcodes.ts';
import type { RejectionKind } from '../../../verifier/rejection.ts';
import type { Candidate, Cure } from '../cure.ts';
import type { FixScene } from '../scene.ts';

const OF_LOOPS: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'infinite-loop',
  'too-many-instructions',
  'too-many-branches',
  'unreachable',
  'no-exit',
]);

/** Jumps that lead back, the ones that were taken most first. */
function backJumps(scene: FixScene): number[] {
  const times = new Map<number, number>();
  for (const [pc, insn] of allInsns(scene))
    if (isJump(insn) && insn.code !== CALL && insn.code !== EXIT && scene.target(pc) <= pc) times.set(pc, 0);
  for (const { pc, next } of scene.path)
    if (times.has(pc) && next === scene.target(pc)) times.set(pc, times.get(pc)! + 1);
  return [...times].sort((a, b) => b[1] - a[1]).map(([pc]) => pc);
}

function* allInsns(scene: FixScene): Generator<readonly [number, FixScene['program']['insns'][number]]> {
  for (let i = 0; i < scene.program.insns.length; i = scene.after(i)) yield [i, scene.program.insns[i]!];
}

/** Rounds that a loop gets. */
const ROUNDS = 1000;

function* bounded(scene: FixScene): Generator<Candidate> {
  const { rejection, text } = scene;
  if (!OF_LOOPS.has(rejection.kind)) return;
  for (const pc of backJumps(scene).slice(0, 6)) {
    const out = scene.after(pc);
    if (out >= scene.program.insns.length) continue;
    const head = scene.target(pc);
    const loop = text.place(head);
    yield {
      parts: [{ from: pc, count: 0, text: `may_goto .${out}` }],
      title: 'Let the loop end with `may_goto`',
      write: `In the loop at ${loop}: \`cond_break;\` (or \`&& can_loop\` in its condition), so that it ends after some millions of rounds`,
      at: pc,
    };
    // A counter of its own, for what forgets nothing else.
    const counter = scene.freeRegister(pc);
    if (counter < 0) continue;
    yield {
      parts: [
        { from: head, count: 0, text: `r${counter} = 0`, jumps: 'behind' as const },
        { from: pc, count: 0, text: `r${counter} += 1\nif r${counter} > 100 goto .${out}` },
      ],
      title: 'Count the rounds',
      write: `At ${loop}: \`for (int i = 0; i < 100; i++)\`, and leave the loop then`,
      at: pc,
      grade: 'limits',
    };
    yield* repeated(scene, pc, head, out);
  }
}

// Rounds are numbers of an iterator: constructed before the loop, asked for each round, destroyed behind it.
function* repeated(scene: FixScene, pc: number, head: number, out: number): Generator<Candidate> {
  const { text } = scene;
  const step = scene.stepAt(head);
  const more = scene.freeRegister(pc);
  if (step === 0 || more < 0) return;
  const it = `r1 = r10\nr1 += ${scene.fresh(pc, 8, 48)}`;
  const round = scene.stepAt(pc) || step;
  const parts = [
    {
      from: head,
      count: 0,
      text: scene.keeping(step, head, `${it}\nr2 = 0\nr3 = ${ROUNDS}\ncall bpf_iter_num_new`),
      jumps: 'behind' as const,
    },
    {
      from: pc,
      count: 0,
      text: `${scene.keeping(round, pc, `${it}\ncall bpf_iter_num_next\nr${more} = r0`)}\nif r${more} == 0 goto .${out}`,
    },
    { from: out, count: 0, text: scene.keeping(round, out, `${it}\ncall bpf_iter_num_destroy`) },
  ];
  yield {
    parts,
    title: 'Count the rounds with `bpf_for`',
    write: `At ${text.place(head)}: \`bpf_for(i, 0, ${ROUNDS}) { … }\` around the loop’s body; the verifier sees that such a loop converges`,
    at: pc,
  };
}

/** Loops end. */
export const loops: Cure = { id: 'loops', title: 'Bound the loop', grade: 'adds', candidates: bounded };
