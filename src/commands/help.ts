import type { Command } from 'commander'
import { type ExitCode, exitCodes, USAGE } from './exit-codes.ts'
import { factsOf } from './facts.ts'

/** The exit codes of a command, in order. */
export function exitsOf(command: Command): ExitCode[] {
  const codes: ExitCode[] = [0, ...(factsOf(command)?.exits ?? []), USAGE]
  return codes.sort((a, b) => a - b)
}

/** What a command's help says at its end. */
export function endingOf(command: Command): string {
  const exits = exitsOf(command).map((it) => `  ${String(it).padEnd(4)}${exitCodes[it]}`)
  const json = factsOf(command)?.json
  const form = typeof json === 'string' ? `\nJSON: ${json}` : ''
  return `\nExit codes:\n${exits.join('\n')}${form}`
}
