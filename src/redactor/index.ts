export type { JsonValue } from './data.ts'
export { createRedactor, type Redactor } from './redactor.ts'
export { createRunRedactor, type RedactionNote, type RunRedactor } from './run-redactor.ts'
