import { askKernel } from '../../oracle/kernel/ask.ts';
import { checkQuestion } from '../../core/engine/kernel-question.ts';
import { onUnhandled, unforeseen } from '../../node/last-handler.ts';

// The process that asks the machine's kernel: one question, one answer. What is asked may be hostile, and bpf(2) is called from here and from nowhere else.

const last = (error: unknown): void => {
  console.error(unforeseen(error, 'Iterscope kernel'));
  process.exit(3);
};
process.on('uncaughtException', last);
onUnhandled(last);

const parent = process.parentPort;
parent.on('message', (event) => {
  parent.postMessage(askKernel(checkQuestion(event.data, 'question')));
});
