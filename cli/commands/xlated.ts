import { basename } from 'node:path';
import { errnoName } from '../../core/base/errno.ts';
import { translatedLines, translationText } from '../../core/trace/index.ts';
import { verify } from '../../core/verifier/index.ts';
import { kernelModel, programsOf, readObject, withGlobals } from '../../node/inputs.ts';
import { UsageError } from '../../node/usage-error.ts';
import { readArguments } from '../arguments.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, REJECTED, UNUSABLE } from '../output.ts';

export const XLATED_HELP = `iterscope xlated FILE [--prog NAME] [--set NAME=VALUE]… [--btf FILE] [--model FILE.json] [--json]
Verifies programs, and prints what the kernel makes of each afterwards, before it compiles them: what \`bpftool prog dump xlated\` shows on x86-64, with
names where the kernel has addresses. Beside each instruction that was not loaded stands why it is there.

  --prog NAME  only this program
  --json       one line of JSON a program: \`insns\` with index, text, from (number of the loaded instruction) and why; \`removed\`

Exit status: 0 printed, 1 some were rejected, 2 unusable input or a program that the model does not cover.
`;

/** `iterscope xlated`. */
export function xlatedCommand(args: readonly string[], { out, err }: Output): number {
  const { values, files } = readArguments(args, {
    prog: 'string',
    set: 'strings',
    btf: 'string',
    model: 'string',
    json: 'boolean',
  });
  const [file] = files;
  if (file === undefined || files.length > 1) throw new UsageError('xlated takes one FILE');
  const kernel = kernelModel(values.btf, values.model);
  const object = withGlobals(readObject(file, kernel), values.set);
  const programs = programsOf(object, file, values.prog);
  let status = ACCEPTED;
  programs.forEach((program, i) => {
    const { errno, rejection, unsupported, translation } = verify(
      { program, object, kernel },
      { logLevel: 0, translate: true },
    );
    const name = `${basename(file)}: ${program.name}`;
    if (translation === undefined && errno !== null) {
      err(`${name}: rejected, errno ${errno} (${errnoName(errno)}): ${rejection?.message ?? ''}\n`);
      if (status === ACCEPTED) status = REJECTED;
    } else if (translation === undefined || 'unsupported' in translation) {
      err(`${name}: unsupported: ${translation?.unsupported ?? unsupported ?? ''}\n`);
      status = UNUSABLE;
    } else if (values.json === true) {
      const { removed } = translation;
      out(
        `${JSON.stringify({ file: basename(file), prog: program.name, insns: translatedLines(translation), removed })}\n`,
      );
    } else out(`${i > 0 ? '\n' : ''}${translationText(translation)}\n`);
  });
  return status;
}
