import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { normalizeLog } from './kernel/log-text.ts';

// A golden file, `<object>.log` beside `<object>.bpf.c` and `<object>.bpf.o`:
//
//     kernel 6.18.44
//     === NAME errno -22 level 1
//     the log, addresses and the ids of kernel functions replaced
//     === NAME errno -22 level 2 sha256 0123… lines 70000      (a log too long to keep: its digest alone)
//
// No line of a log begins with three equals signs.

/** What a kernel said of one program at one level. */
export interface Golden {
  readonly prog: string;
  readonly errno: number;
  readonly level: 1 | 2;
  /** The normalised log, or null when only its digest is kept. */
  readonly log: string | null;
  readonly digest: string | null;
}

export interface GoldenFile {
  readonly kernel: string;
  readonly goldens: readonly Golden[];
}

/** Longest log that is kept as text, bytes. */
const LONGEST = 48 * 1024;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

// Kernels of one release may number their types differently; the ids have five or six digits, and helpers fewer.
const KFUNC_ID = /(\bcall [A-Za-z_]\w*#)\d{5,6}\b/g;
const TYPE_ID = /\b(has btf_id|kern ctx type id) \d+\b/g;

/** A log as goldens keep it: without what depends on the build of the kernel. */
export const goldenText = (log: string): string =>
  normalizeLog(log).replace(KFUNC_ID, '$1kfunc').replace(TYPE_ID, '$1 N');

/** The golden that a log becomes. */
export function goldenOf(prog: string, errno: number, level: 1 | 2, log: string): Golden {
  const text = goldenText(log);
  return text.length <= LONGEST
    ? { prog, errno, level, log: text, digest: null }
    : { prog, errno, level, log: null, digest: sha256(text) };
}

export function formatGolden(file: GoldenFile): string {
  const parts = file.goldens.map(
    ({ prog, errno, level, log, digest }) =>
      `=== ${prog} errno ${errno} level ${level}${digest === null ? '' : ` sha256 ${digest}`}\n${log ?? ''}`,
  );
  return `kernel ${file.kernel}\n${parts.join('')}`;
}

/** @throws Error naming the line that is no golden's */
export function parseGolden(text: string): GoldenFile {
  const [first = '', ...sections] = text.split(/^=== /m);
  const kernel = /^kernel (\S+)\n$/.exec(first)?.[1];
  if (kernel === undefined) throw new Error(`a golden file begins with its kernel, not with '${first.slice(0, 40)}'`);
  const goldens = sections.map((section): Golden => {
    const end = section.indexOf('\n');
    const head = /^(\S+) errno (-?\d+) level ([12])(?: sha256 ([0-9a-f]{64}))?$/.exec(section.slice(0, end));
    if (head === null) throw new Error(`no golden's heading: '${section.slice(0, end)}'`);
    const digest = head[4] ?? null;
    return {
      prog: head[1]!,
      errno: Number(head[2]),
      level: head[3] === '1' ? 1 : 2,
      log: digest === null ? section.slice(end + 1) : null,
      digest,
    };
  });
  return { kernel, goldens };
}

/** The corpus: every `<theme>/<name>` under a folder that has a source. */
export function goldenNames(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((theme) =>
      readdirSync(join(root, theme.name))
        .filter((file) => file.endsWith('.bpf.c'))
        .map((file) => `${theme.name}/${file.slice(0, -'.bpf.c'.length)}`),
    )
    .sort();
}
