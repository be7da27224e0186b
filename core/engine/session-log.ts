import { LogFinder, LogRecords, LogWindow } from '../trace/index.ts';
import type { LogPage } from '../trace/index.ts';
import type { LogSink } from '../verifier/index.ts';
import type { Task } from './control.ts';

/** Lines of a log that are searched at a time. */
const FIND = 2000;

/** The verifier's log of one session, at both levels: made when it is first asked for, and had by lines. */
export class SessionLog {
  readonly #logs = new Map<1 | 2, LogRecords>();

  /** @param write hands the log to a sink, in slices */
  constructor(
    private readonly write: (level: 1 | 2, sink: LogSink, pause: () => boolean) => Generator<undefined, unknown>,
  ) {}

  /** The log as records, written when it is first asked for. @throws Cancelled */
  async records(level: 1 | 2, task: Task): Promise<LogRecords> {
    const known = this.#logs.get(level);
    if (known !== undefined) return known;
    const records = new LogRecords();
    await task.drive(this.write(level, records, task.pause));
    this.#logs.set(level, records);
    return records;
  }

  /** Lines of the log. Those that are not kept as records come from another walk. @throws Cancelled */
  async lines(level: 1 | 2, from: number, count: number, task: Task): Promise<LogPage> {
    const records = await this.records(level, task);
    const page = records.page(from, count);
    const missing = Math.min(count, records.total - from + 1) - page.lines.length;
    if (missing <= 0) return page;
    const window = new LogWindow(from, page.lines.length + missing);
    const work = this.write(level, window, () => window.full || task.pause());
    while (!window.full && work.next().done !== true) await task.turn();
    return { ...page, lines: window.lines, steps: records.stepsOf(from, window.lines.length) };
  }

  /** Number of the first line from `from` on that contains a text, whatever its case, and else from the beginning; 0 if none does. @throws Cancelled */
  async find(level: 1 | 2, text: string, from: number, task: Task): Promise<number> {
    const records = await this.records(level, task);
    const wanted = text.toLowerCase();
    const kept = async (first: number, last: number): Promise<number> => {
      for (let at = first; at <= last; at += FIND) {
        const { lines } = records.page(at, Math.min(FIND, last - at + 1));
        const found = lines.findIndex((line) => line.toLowerCase().includes(wanted));
        if (found >= 0) return at + found;
        if (task.pause()) await task.turn();
      }
      return 0;
    };
    const near = await kept(from, records.kept);
    if (near > 0) return near;
    // Lines that are not kept come from one more walk.
    if (records.kept < records.total) {
      const finder = new LogFinder(Math.max(from, records.kept + 1), wanted);
      const work = this.write(level, finder, () => finder.found > 0 || task.pause());
      while (finder.found === 0 && work.next().done !== true) await task.turn();
      if (finder.found > 0) return finder.found;
    }
    return kept(1, Math.min(from - 1, records.kept));
  }
}
