import { codeMeanings } from '../../src/api/error-codes.ts'
import { errorCodes } from '../../src/errors.ts'
import { errorAdvice } from './error-advice.ts'

/** The page of the error codes. */
export function errorsPage(): string {
  const sections = errorCodes.map(
    (code) => `## ${code}\n\n${codeMeanings[code]}\n\n**What to do:** ${errorAdvice[code]}`,
  )
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`
}

const INTRODUCTION = `# Error codes

*This page is made by \`npm run docs:pages\` from src/errors.ts.*

A code is in the \`code\` of an error type, of a step that failed, of \`extensions\` in \`errors\`, and of what a command prints with \`--json\`.
The message beside it says which thing it is about. It has names, and never a value.`
