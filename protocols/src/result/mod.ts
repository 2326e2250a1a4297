export { type Fault, fail, ok, type Result } from './result.ts';
