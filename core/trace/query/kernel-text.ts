export { dynptrText, regText } from '../../verifier/log.ts';
