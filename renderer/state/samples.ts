import type { EngineApi, Sample } from '../../core/engine/protocol.ts';
import { started } from './restoring.ts';
import { problems } from './problems.svelte.ts';
import { say } from '../words/index.ts';

/** The samples that can be opened; those that can't be read are told as problems. */
export async function samplesOf(engine: EngineApi): Promise<readonly Sample[]> {
  await started;
  const all = await engine.samples();
  for (const { problem } of all) if (problem !== undefined) problems.add(say.state.samples.broken(problem));
  return all.filter(({ problem }) => problem === undefined);
}
