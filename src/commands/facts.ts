import type { Command } from 'commander'
import type { ExitCode } from './exit-codes.ts'

/** What is known of a command besides what `commander` knows. Help, the page of the commands and tests are made from it. */
export interface CommandFacts {
  /** The exit codes besides 0, and 64 for wrong words. */
  readonly exits: readonly ExitCode[]
  /** What `--json` prints, as an example; in words for a command whose output is JSON by itself, or that prints none. */
  readonly json: unknown
}

const facts = new WeakMap<Command, CommandFacts>()

/** The form of commands that report in words. */
export const REPORT = {
  ok: true,
  exitCode: 0,
  messages: ['Resumed: workers take runs again within seconds.'],
}
/** The form of every failure. */
export const FAILURE = {
  ok: false,
  exitCode: 1,
  error: { code: 'NOT_FOUND', message: 'There is no such run.' },
}

/** Says what a command ends with and prints. One with a form for `--json` gets the option. */
export function declare(command: Command, its: CommandFacts): Command {
  facts.set(command, its)
  return typeof its.json === 'string' ? command : command.option('--json', 'print one JSON object')
}

export const factsOf = (command: Command): CommandFacts | undefined => facts.get(command)

/** Every command that does something, with its words: `secrets list`. */
export function leavesOf(command: Command, words: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[words.join(' '), command]]
  return command.commands.flatMap((it) => leavesOf(it, [...words, it.name()]))
}
