export { regText } from '../verifier/log.ts';
