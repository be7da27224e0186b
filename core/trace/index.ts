export { TraceRecorder } from './recorder.ts';
export { Trace } from './trace.ts';
export type { TraceStats } from './trace.ts';
export { TraceView } from './trace-view.ts';
export { baseName, ProgramText, progTypeName } from './program-text.ts';
export { decodeRecords, encodeRecords } from './records.ts';
export { packArchive, unpackArchive } from './archive.ts';
export type { Archive, Manifest } from './archive.ts';
