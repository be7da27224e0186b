export { createEngine } from './engine.ts';
export { traceInfo } from './engine.ts';
export type { Engine, EngineOptions } from './engine.ts';
export { unpackAssets } from './assets.ts';
export type { EngineAssets } from './assets.ts';
export { connectEngine, EngineError, serveEngine } from './wire.ts';
export type { EngineConnection } from './wire.ts';
export type { PortLike } from './port.ts';
export { ShapeError } from '../base/validate.ts';
