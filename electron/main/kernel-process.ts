import { utilityProcess } from 'electron';
import { join } from 'node:path';
import { checkAnswer } from '../../core/engine/kernel-question.ts';
import type { KernelAnswer, KernelQuestion } from '../../core/engine/kernel-question.ts';
import { say } from './say.ts';

/** Longest that an answer is waited for, ms: a program of a million instructions is verified twice. */
const PATIENCE = 120_000;

/** Asks this machine's kernel in a process of its own, which ends with its answer. @throws Error in words when there is none */
export function askThisKernel(question: KernelQuestion): Promise<KernelAnswer> {
  return new Promise((resolve, reject) => {
    const child = utilityProcess.fork(join(__dirname, 'kernel.cjs'), [], { serviceName: 'Iterscope kernel' });
    const timer = setTimeout(() => {
      reject(new Error(say().kernel.noAnswer(PATIENCE / 1000)));
      child.kill();
    }, PATIENCE);
    child.on('message', (message: unknown) => {
      clearTimeout(timer);
      try {
        resolve(checkAnswer(message, 'answer'));
      } catch (error) {
        reject(error as Error);
      }
      child.kill();
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(say().kernel.ended(code)));
    });
    child.postMessage(question);
  });
}
