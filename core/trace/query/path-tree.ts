import type { Trace } from '../record/trace.ts';

/** The paths of a walk as a tree: each was taken from a fork of another. Answers in logarithmic time what following the lineage would. */
export class PathTree {
  /** Number of a path in depth-first order, and the last number of those that were taken from it, directly or not. */
  readonly #enter: Int32Array;
  readonly #leave: Int32Array;
  readonly #children: (readonly number[])[];

  constructor(private readonly trace: Trace) {
    const { paths } = trace.data;
    const children: number[][] = paths.map(() => []);
    const roots: number[] = [];
    paths.forEach(({ fork }, path) => {
      const parent = fork < 0 ? -1 : (trace.fork(fork)?.path ?? -1);
      if (parent >= 0 && parent < path) children[parent]!.push(path);
      else roots.push(path);
    });
    this.#children = children;
    this.#enter = new Int32Array(paths.length);
    this.#leave = new Int32Array(paths.length);
    let next = 0;
    const stack: { readonly path: number; at: number }[] = [];
    for (const root of roots) {
      stack.push({ path: root, at: 0 });
      this.#enter[root] = next++;
      while (stack.length > 0) {
        const top = stack[stack.length - 1]!;
        const child = children[top.path]![top.at++];
        if (child === undefined) {
          this.#leave[top.path] = next - 1;
          stack.pop();
        } else {
          this.#enter[child] = next++;
          stack.push({ path: child, at: 0 });
        }
      }
    }
  }

  /** Whether a step of a path lies on the way to the end of another path (or of the same one). */
  leadsTo(path: number, step: number, to: number): boolean {
    if (path === to) return true;
    if (!this.#holds(path, to)) return false;
    // The fork at which the way leaves `path`.
    const children = this.#children[path]!;
    let low = 0;
    let high = children.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#leave[children[middle]!]! < this.#enter[to]!) low = middle + 1;
      else high = middle;
    }
    const fork = this.trace.data.paths[children[low] ?? -1]?.fork ?? -1;
    return step <= (this.trace.fork(fork)?.step ?? 0);
  }

  #holds(path: number, inner: number): boolean {
    return this.#enter[path]! <= this.#enter[inner]! && this.#enter[inner]! <= this.#leave[path]!;
  }
}
