/** Reads a pasted cURL command. It runs in the browser, so the pasted text never leaves it in the clear. */

import type { Credential } from './credential.ts'
import { findCredentials } from './credentials.ts'
import { type Draft, readDraft } from './draft.ts'
import { type CurlFields, fieldsOf } from './fields.ts'
import { asTemplates } from './literal.ts'
import { refusal } from './refusal.ts'
import { isRequestHead, readRequestHead } from './request-head.ts'
import { splitWords } from './split-words.ts'

export type { Credential } from './credential.ts'
export type { CurlFields } from './fields.ts'
export { referToSecrets } from './secret-references.ts'
export { type Piece, shellWord } from './shell-text.ts'
export { writeCurl } from './write-command.ts'

/** The content of a command. */
export interface CurlImport {
  /** The fields of a custom-http step that sends what curl would send. */
  readonly fields: CurlFields
  /** A sentence for each thing that was left out or changed, with the reason. It contains no value. */
  readonly notes: readonly string[]
  /** Texts that look like credentials. {@link referToSecrets} replaces them with references. */
  readonly credentials: readonly Credential[]
}

// Far longer than what a browser copies. A template has the same limit.
const LONGEST_COMMAND = 1024 * 1024

/**
 * Reads a curl command as browsers, Postman and the documentation of APIs write it, for POSIX shells and for the
 * cmd of Windows. A literal `{{` in it stays literal.
 *
 * @throws AppError INVALID_FIELD that names an option or a place in the command, and never a value
 */
export function parseCurl(command: string): CurlImport {
  if (command.length > LONGEST_COMMAND) throw refusal('it is longer than 1,048,576 characters.')
  if (isRequestHead(command)) return importOf(readRequestHead(command), [], [])
  const text = withoutSurroundings(command)
  const { words, notes, input, variables = [] } = splitWords(text)
  const [program = '', ...rest] = words
  if (!/^(?:[^\n]*[/\\])?curl(?:\.exe)?$/i.test(program)) throw refusal('it does not begin with curl.')
  return importOf(readDraft(rest, input), notes, variables)
}

/**
 * Documentation often has a fence, comments and a prompt around a command, and people a word before it. What stands before a command
 * of PowerShell is how it is recognised.
 */
function withoutSurroundings(command: string): string {
  return command
    .trim()
    .replace(/^(```+|~~~+)[^\n`]{0,99}\n([\s\S]*?)\n\1\s*$/, '$2')
    .trim()
    .replace(/^(?:#[^\n]*\n\s*)+/, '')
    .replace(/^[$%>] +/, '')
    .replace(
      /^(?:(?:sudo|time|nohup|exec|command)\s+|env\s+(?=\w+=)|[A-Za-z_]\w{0,99}=(?:'[^'\n]*'|"[^"\n]*"|[^\s'"`$&|;<>]*)\s+(?=\S))+/,
      '',
    )
}

function importOf(draft: Draft, notes: readonly string[], variables: readonly string[]): CurlImport {
  const plain = fieldsOf(draft)
  const { fields, credentials } = asTemplates(plain, findCredentials(plain, variables))
  return { fields, notes: [...notes, ...draft.notes], credentials }
}
