import { EXIT } from '../../../isa/opcodes.ts';
import { registerUse } from '../../../isa/register-use.ts';
import { isPointer, PTR_MAYBE_NULL, SCALAR } from '../../../verifier/values/reg.ts';
import type { RejectionKind } from '../../../verifier/rejection.ts';
import type { Candidate, Cure } from '../cure.ts';
import type { FixScene } from '../scene.ts';

/** Rejections that a check for NULL may cure, where the register may be NULL or is. */
const OF_NULL: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'maybe-null-access',
  'maybe-null-argument',
  'maybe-null-arithmetic',
  'bad-argument',
  'invalid-mem-access',
  'untrusted-argument',
  'wrong-object',
  'wrong-struct',
  'packet-argument',
  'uninitialized-dynptr',
  'iterator-not-on-stack',
  'stack-out-of-bounds',
  'release-unreferenced',
  'bad-format-string',
  'no-such-map-field',
  'unlocked-root',
]);

const BASIC = 8;
const isCall = (scene: FixScene): boolean => scene.insn?.code === 0x85;

/** Registers to be checked, most likely first: the blamed one, then arguments of the call that may be NULL. */
function suspects(scene: FixScene): number[] {
  const blamed = scene.blamed;
  const list = blamed < 0 || blamed === 10 ? [] : [blamed];
  if (isCall(scene))
    for (let r = 1; r <= Math.min(5, scene.argumentCount(scene.pc)); r++) if (!list.includes(r)) list.push(r);
  return list.filter((r) => {
    const reg = scene.reg(r);
    if (reg === null) return false;
    if ((reg.type & PTR_MAYBE_NULL) !== 0) return true;
    return reg.type === SCALAR && reg.scalar.umin === 0n;
  });
}

/** The function that returned what a register holds, where the source has no name for it; null otherwise. */
function returnedBy(scene: FixScene, r: number): string | null {
  const value = scene.flow.reg((scene.state?.frames.length ?? 1) - 1, r);
  if (value?.from.kind !== 'call' || scene.names.of(value) !== null) return null;
  return scene.text.callee(value.pc) ?? null;
}

/** A value that the function may return. */
export function returnable(scene: FixScene): string[] {
  const inMain = scene.text.subprogOf(scene.pc) === 0;
  return inMain ? ['r0 = 0', 'r0 = 1'] : ['r0 = 0'];
}

/** Lets the instruction be done only when a condition holds: around it, or by leaving the function. */
export function* guarded(
  scene: FixScene,
  condition: string,
  words: { readonly title: string; readonly given?: string; readonly test: string; readonly fails: string },
): Generator<Candidate> {
  const { pc, insn } = scene;
  if (insn === undefined || insn.code === EXIT) return;
  const after = scene.after(pc);
  const { sets } = registerUse(insn);
  const call = isCall(scene);
  // Does what follows read what it would have given?
  const given = [...Array(10).keys()].filter((r) => (sets & (1 << r)) !== 0 && (scene.live(after) & (1 << r)) !== 0);
  const zero = given.map((r) => `r${r} = 0`);
  const c = scene.text.place(pc);
  const spoilt = call
    ? [1, 2, 3, 4, 5].filter((r) => (scene.live(after) & (1 << r)) !== 0).map((r) => `r${r} = 0`)
    : [];
  const otherwise = [...zero, ...spoilt];
  yield {
    parts: [{ from: pc, count: 0, text: [`if ${condition} goto ..${pc}`, ...otherwise, `goto .${after}`].join('\n') }],
    title: words.title,
    write:
      given.length === 0
        ? `Around ${c}: ${words.given ?? ''}\`if (${words.test}) { … }\``
        : `At ${c}: ${words.given ?? ''}\`${words.test} ? … : 0\`, so that it is done only then`,
    at: pc,
  };
  for (const value of returnable(scene))
    yield {
      parts: [{ from: pc, count: 0, text: `if ${condition} goto ..${pc}\n${value}\nexit` }],
      title: words.title,
      write: `Before ${c}: ${words.given ?? ''}\`if (${words.fails}) return ${value.slice(5)};\``,
      at: pc,
    };
}

function* checks(scene: FixScene): Generator<Candidate> {
  if (!OF_NULL.has(scene.rejection.kind) || scene.state === null || scene.insn === undefined) return;
  // A number is no pointer: a check lets it through, and where it is 0 the way is never gone.
  const found = suspects(scene);
  for (const r of found) {
    const callee = returnedBy(scene, r);
    const name = callee === null ? scene.valueName(r).split('`').join('') : 'p';
    yield* guarded(scene, `r${r} != 0`, {
      title: `Check ${callee === null ? `\`${name}\`` : `what \`${callee}\` returns`} for NULL first`,
      given: callee === null ? '' : `with \`p = ${callee}(…)\`, `,
      test: name,
      fails: `!${name}`,
    });
  }
  if (found.length > 1) {
    const names = found.map((r) => scene.valueName(r));
    const after = scene.after(scene.pc);
    const given = (scene.live(after) & 1) !== 0 ? ['no: r0 = 0'] : ['no:'];
    const tests = found.map((r) => `if r${r} == 0 goto no`);
    yield {
      parts: [
        {
          from: scene.pc,
          count: 0,
          text: [...tests, `goto ..${scene.pc}`, ...given, `goto .${after}`].join('\n'),
        },
      ],
      title: `Check ${names.join(', ')} for NULL first`,
      write: `Around ${scene.text.place(scene.pc)}: \`if (${names.map((name) => name.split('`').join('')).join(' && ')}) { … }\``,
      at: scene.pc,
    };
  }
}

/** A pointer got its check too late or the wrong way round: the value was compared, and the way that was taken is the one with NULL. */
function* inverted(scene: FixScene): Generator<Candidate> {
  if (scene.rejection.kind !== 'invalid-mem-access' && scene.rejection.kind !== 'maybe-null-access') return;
  const last = scene.path.find(({ pc }) => scene.text.isConditionalJump(pc));
  const insn = last === undefined ? undefined : scene.program.insns[last.pc];
  if (last === undefined || insn === undefined || (insn.code & BASIC) !== 0 || insn.imm !== 0) return;
  const op = insn.code & 0xf0;
  if (op !== 0x10 && op !== 0x50) return;
  const reg = scene.trace.seek(last.step).frames.at(-1)?.regs[insn.dst];
  if (reg === undefined || (!isPointer(reg) && reg.type !== SCALAR)) return;
  yield {
    parts: [
      {
        from: last.pc,
        count: 1,
        text: `if r${insn.dst} ${op === 0x10 ? '!=' : '=='} 0 goto .${scene.target(last.pc)}`,
      },
    ],
    title: 'Turn the check round',
    write: `At ${scene.text.place(last.pc)}, the way that goes on is the one with NULL: write the opposite`,
    at: last.pc,
    grade: 'changes',
  };
}

/** A pointer is compared with NULL before it is used. */
export const nullCheck: Cure = {
  id: 'null-check',
  title: 'Check for NULL',
  grade: 'adds',
  *candidates(scene) {
    yield* checks(scene);
    yield* inverted(scene);
  },
};
