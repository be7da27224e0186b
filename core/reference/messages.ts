import type { RejectionKind } from '../verifier/rejection.ts';

/**
 * Kinds of rejection that whoever writes iterators meets, by what they are about: the state on the stack, what is owed, RCU sections, the element,
 * who may call, and loops that do not end. With each, the entries that it has to do with.
 */
export const ABOUT_ITERATORS: Readonly<Partial<Record<RejectionKind, readonly string[]>>> = {
  'iterator-not-on-stack': ['KF_ITER_NEW', 'KF_ITER_NEXT', 'KF_ITER_DESTROY'],
  'uninitialized-iterator': ['KF_ITER_NEXT', 'KF_ITER_DESTROY'],
  'iterator-already-initialized': ['KF_ITER_NEW'],
  'invalid-stack-read': ['KF_ITER_NEW'],
  'unreleased-reference': ['KF_ITER_NEW', 'KF_ITER_DESTROY', 'KF_ACQUIRE', 'KF_RELEASE'],
  'release-unreferenced': ['KF_RELEASE'],
  'iterator-needs-rcu': ['KF_RCU_PROTECTED', 'bpf_rcu_read_lock'],
  'needs-rcu': ['KF_RCU_PROTECTED', 'bpf_rcu_read_lock'],
  'unreleased-rcu': ['bpf_rcu_read_lock', 'bpf_rcu_read_unlock'],
  'unmatched-rcu-unlock': ['bpf_rcu_read_unlock'],
  'nested-rcu-lock': ['bpf_rcu_read_lock'],
  'invalid-mem-access': ['KF_RET_NULL', 'KF_ITER_NEXT'],
  'maybe-null-access': ['KF_RET_NULL'],
  'maybe-null-argument': ['KF_RET_NULL', 'KF_TRUSTED_ARGS', '__nullable'],
  'untrusted-argument': ['KF_TRUSTED_ARGS', 'KF_RCU'],
  'sleepable-kfunc': ['KF_SLEEPABLE'],
  'kfunc-not-allowed': [],
  'css-task-not-allowed': ['bpf_iter_css_task'],
  'infinite-loop': ['KF_ITER_NEXT'],
  'too-many-instructions': ['KF_ITER_NEXT'],
  'too-many-branches': ['KF_ITER_NEXT'],
};

/** A message of the kernel, of one line or more, with what differs from program to program left open: `expected an initialized iter_TYPE as arg #N`. */
export function messageForm(message: string, names: ReadonlySet<string>): string {
  return message
    .replace(/\b[A-Za-z_]\w*\b/g, (word) => (names.has(word) ? 'FUNCTION' : word))
    .replace(/\biter_(?!TYPE)\w+\b/g, 'iter_TYPE')
    .replace(/\bR\d+\b/g, 'RN')
    .replace(/\barg\d+\b/g, 'argN')
    .replace(/\bfp-?\d+\b/g, 'fp-N')
    .replace(/(?<![\w-])-?\d+\b/g, 'N');
}
