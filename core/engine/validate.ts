/** The validators that the protocol is built of, for the other messages that hosts exchange. */
export * from '../base/validate.ts';
export { ShapeError as ProtocolError } from '../base/validate.ts';
