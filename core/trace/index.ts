export { TraceRecorder } from './recorder.ts';
export { Trace } from './trace.ts';
export type { TraceStats } from './trace.ts';
export { TraceView } from './trace-view.ts';
export { baseName, ProgramText, progTypeName } from './program-text.ts';
