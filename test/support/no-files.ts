import type { StepFiles } from '../../src/steps/index.ts'

const none = (): never => {
  throw new Error('this test has no files')
}

/** For the context of a step that keeps no files. */
export const noFiles: StepFiles = { write: none, read: none, find: none, receive: none }
