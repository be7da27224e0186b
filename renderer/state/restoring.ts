import type { HostCommand } from '../../electron/ipc-contract.ts';
import type { EngineApi, InputFile } from '../../core/engine/protocol.ts';
import type { Host } from '../host/host.ts';
import { future } from '../exploration/future.svelte.ts';
import { packs } from '../lesson/packs.svelte.ts';
import { takeOver } from '../lesson/progress.ts';
import { connection } from './connection.svelte.ts';
import { firstStart } from './first-start.svelte.ts';
import { journal } from './journal.ts';
import { memory, recall, remember } from './memory.ts';
import { mode } from './mode.svelte.ts';
import { onShow } from './on-show.svelte.ts';
import { isPlace } from './place.ts';
import type { Place } from './place.ts';
import { playhead } from './playhead.svelte.ts';
import { places } from './places.ts';
import { problems } from './problems.svelte.ts';
import { selection } from './selection.svelte.ts';
import { sessions } from './sessions.svelte.ts';
import { surroundings } from './surroundings.svelte.ts';
import { workbench } from './workbench.svelte.ts';
import { say } from '../words/index.ts';

let heard = (_given: boolean): void => {};
/** Whether the host was asked to open files at its start. */
const given = new Promise<boolean>((resolve) => (heard = resolve));
let cameBack = (): void => {};
/** Settled when what was open the last time is there again, or will not come. */
export const back = new Promise<void>((resolve) => (cameBack = resolve));

let begun = (): void => {};
/** Settled when the first program is on show, or none will be: until then nothing else keeps the engine busy. */
export const started = new Promise<void>((resolve) => (begun = resolve));

/**
 * Connects the window with its host and starts the engine. `run` does a command of the native menu, `take` takes what is the lessons' out of files that
 * are opened, and gives the rest.
 */
export function start(host: Host, run: (command: HostCommand) => void, take: typeof sessions.take): void {
  connection.host = host;
  sessions.take = take;
  host.start({
    engine: (engine) => void connected(engine),
    lost: (reason) => {
      connection.lost();
      playhead.pause();
      problems.add(say.state.restoring.stopped(reason));
    },
    open: (files) => {
      heard(files.length > 0);
      void sessions.open(files);
    },
    changed: (pack: InputFile) => void packs.changed(pack),
    unreadable: (reason) => packs.unreadable(reason),
    command: run,
  });
}

/** Keeps where a person is, for a window that is opened anew. */
export function keepPlace(): void {
  const { info } = onShow;
  if (info === null) return;
  const { tab, explaining } = mode;
  const place: Place = { session: info.id, step: playhead.step, mode: mode.current, tab, explaining };
  remember('place', place);
  const { insn, reg, slot } = selection.current;
  places.keep(info.id, info, { step: playhead.step, insn, reg, slot });
}

async function connected(engine: EngineApi): Promise<void> {
  connection.connected(engine);
  playhead.reconnected();
  surroundings.refresh().catch(() => {});
  // Programs of their lessons may be among what comes back.
  await packs.reopen(engine);
  const before = onShow.info;
  if (journal.last !== null && before !== null)
    return restore(journal.last, { session: before.id, step: playhead.step, mode: mode.current });
  try {
    await comeBack();
  } finally {
    cameBack();
  }
  // What is not among what came back is not the first walk of this window.
  future.keep(sessions.list);
  try {
    if (!(await given)) await firstStart.begin();
  } finally {
    begun();
  }
}

// A window that is opened anew brings back what was open, unless it was just that which ended the last one.
async function comeBack(): Promise<void> {
  const work = await memory.work();
  const place = recall('place', isPlace);
  if (work === null || place === null || onShow.info !== null) return;
  if (memory.text('restoring') !== null) {
    memory.keepText('restoring', null);
    problems.add(say.state.restoring.notOpenedAgain);
    return;
  }
  firstStart.returned = true;
  memory.keepText('restoring', '1');
  try {
    await restore(work, place);
  } finally {
    memory.keepText('restoring', null);
  }
}

async function restore(work: Uint8Array, place: Place): Promise<void> {
  let shown = false;
  const show = async (session: number): Promise<void> => {
    if (shown || session !== place.session) return;
    shown = true;
    mode.current = place.mode;
    await sessions.show(session, place.step);
    if (onShow.info?.id !== session) return;
    mode.tab = place.tab ?? mode.tab;
    mode.explaining = place.explaining ?? mode.explaining;
    selection.comeBack(places.of(session, onShow.info));
  };
  await connection.run(say.state.restoring.bringingBack, async (engine, control) => {
    const result = await engine.restore(work, {
      ...control,
      progress: (told) => {
        control.progress(told);
        if (told.session !== undefined) void show(told.session.session);
      },
    });
    for (const error of result.errors) problems.add(error);
    await surroundings.refresh();
    takeOver(result.done ?? []);
    sessions.list = await engine.sessions();
    const first = result.sessions[0];
    if (!shown && first !== undefined)
      await show(result.sessions.some(({ session }) => session === place.session) ? place.session : first.session);
    return result.left;
  });
  workbench.reconnected();
  journal.keep();
}
