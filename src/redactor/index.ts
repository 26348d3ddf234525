export type { JsonValue } from './data.ts'
export { createRedactor, type Redactor } from './redactor.ts'
