/** Why a program was rejected, and what mends it. The explanation itself is core’s. */
export const why = {
  fixes: {
    goes: 'goes:',
    new: 'new:',
    titleOfOne: 'A fix that the verifier accepts',
    title: 'Fixes that the verifier accepts',
    trying: 'Trying edits on the verifier…',
    none: 'None of the edits that were tried makes it acceptable.',
    fixes: 'Fixes',
    lastResort: 'The last resort: it is accepted without what was refused.',
    applyAndWatch: 'Apply and watch',
    difference: (fix: number) => `Difference of fix ${fix}`,
  },
  why: {
    whyItWasRejected: 'Why it was rejected',
    backTitle: 'Back (E)',
    backToTheLesson: 'Back to the lesson',
    programs: 'Programs',
    explains: 'E explains',
    looking: 'Following the walk back to its cause…',
    accepted:
      'This program was accepted: there is nothing to explain. The tabs Pruning and Envelope say why its loops end.',
    fromOriginToError: 'From origin to error',
    whatToDo: 'What to do',
    theKernelsWords: "The kernel's words",
    openIt: 'Open it',
    lookUp: 'Reference',
    instruction: (pc: number) => `Instruction ${pc}`,
    atInstruction: ', instruction',
    left: (n: number) => `${n} more in between`,
    taught: (lesson: string) => `Taught in lesson ${lesson}`,
  },
};
