import { drain } from './control.ts';
import { parseSetting, setGlobals } from '../elf/globals.ts';
import type { Runnable } from './run.ts';
import type { Session } from './session.ts';

/** A session as something that runs. @param setting a global variable to set before, `index=4` */
export function runnable(session: Session, setting?: string): Runnable {
  const { program, standing } = session;
  const object = setting === undefined ? session.object : setGlobals(session.object, [parseSetting(setting)]);
  return { program, object, probes: drain(session.probes(() => false)), world: standing.world };
}
