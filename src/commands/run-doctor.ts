import type { Config } from '../config.ts'
import { error, type Finding } from '../doctor/check.ts'
import { examine } from '../doctor/doctor.ts'
import { AppError } from '../errors.ts'
import { pluginFindings } from './plugin-findings.ts'
import { showProgress } from './progress.ts'
import { runCommand } from './run-command.ts'

const marks = { ok: '✓', warning: '!', error: '✗' } as const
const SHOWN_ITEMS = 50

/** Examines the instance, prints the findings and ends the process: with 1 when something is broken. */
export function runDoctor(config: Config, asJson: boolean): Promise<never> {
  return runCommand(
    'doctor',
    config,
    async (parts) => {
      const examined = await examine({ ...parts, config, progress: showProgress })
      const findings = [...examined, ...pluginFindings(config)]
      return asJson ? printJson(findings) : sayFindings(findings, parts.say)
    },
    {
      onFailure: (failure) =>
        asJson && failure instanceof AppError ? printJson([error('database', failure.message)]) : undefined,
    },
  )
}

const exitCode = (findings: readonly Finding[]): number =>
  findings.some((it) => it.status === 'error') ? 1 : 0

function printJson(findings: readonly Finding[]): number {
  const code = exitCode(findings)
  process.stdout.write(`${JSON.stringify({ ok: code === 0, findings }, undefined, 2)}\n`)
  return code
}

/** @returns the exit code: 1 when something is broken. */
export function sayFindings(findings: readonly Finding[], say: (line: string) => void): number {
  for (const { status, check, message, items = [] } of findings) {
    say(`${marks[status]} ${check}: ${message}`)
    for (const { workspace, name, reason } of items.slice(0, SHOWN_ITEMS))
      say(`    ${name === undefined ? workspace : `${workspace} ${name}`}: ${reason}`)
    if (items.length > SHOWN_ITEMS) say(`    and ${items.length - SHOWN_ITEMS} more; --json names all`)
  }
  const warnings = findings.filter((it) => it.status === 'warning').length
  const code = exitCode(findings)
  const rest = warnings === 0 ? '' : ` Warnings: ${warnings}.`
  say(code === 0 ? `Everything works.${rest}` : `Something is broken.${rest}`)
  return code
}
