import { EXIT } from '../../../isa/opcodes.ts';
import { registerUse } from '../../../isa/register-use.ts';
import type { Candidate, Cure } from '../cure.ts';
import type { FixScene } from '../scene.ts';

function* dropped(scene: FixScene): Generator<Candidate> {
  const { pc, insn, text } = scene;
  if (insn === undefined || insn.code === EXIT || insn.code === 0) return;
  const after = scene.after(pc);
  const { sets } = registerUse(insn);
  const write = `Leave ${text.place(pc)} out, if the program can do without it`;
  const title = 'Leave it out';
  const lines = [...Array(10).keys()].filter((r) => (sets & (1 << r)) !== 0).map((r) => `r${r} = 0`);
  for (const body of [lines, []])
    yield { parts: [{ from: pc, count: after - pc, text: body.join('\n') }], title, write, at: pc };
}

/** The last resort: what was refused is not done. */
export const leftOut: Cure = { id: 'left-out', title: 'Leave it out', grade: 'leaves out', candidates: dropped };
