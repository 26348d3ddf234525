export type { JsonValue } from './data.ts'
export type { RedactionNote } from './redaction-clock.ts'
export { type ByteSweep, createRedactor, type Redactor } from './redactor.ts'
export { createRunRedactor, type RunRedactor } from './run-redactor.ts'
